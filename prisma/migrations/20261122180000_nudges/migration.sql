-- AlterTable
ALTER TABLE "identity" ADD COLUMN     "closed_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "outbox" ADD COLUMN     "closed" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "lane" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "place" TEXT NOT NULL DEFAULT '';

-- CreateTable
CREATE TABLE "term_dates" (
    "id" UUID NOT NULL,
    "council_area_id" UUID,
    "organisation_id" UUID,
    "year" INTEGER NOT NULL,
    "dates" JSONB NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL DEFAULT '9999-12-31 00:00:00+00'::timestamp with time zone,
    "seq" BIGSERIAL NOT NULL,
    "recorded_by_id" UUID,

    CONSTRAINT "term_dates_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "closed_day" (
    "id" UUID NOT NULL,
    "council_area_id" UUID,
    "organisation_id" UUID,
    "day" DATE NOT NULL,
    "what" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL DEFAULT '9999-12-31 00:00:00+00'::timestamp with time zone,
    "seq" BIGSERIAL NOT NULL,
    "recorded_by_id" UUID,

    CONSTRAINT "closed_day_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "away_days" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "from" DATE NOT NULL,
    "to" DATE NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "withdrawn_at" TIMESTAMPTZ(3),

    CONSTRAINT "away_days_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "nudge_setting" (
    "person_id" UUID NOT NULL,
    "weekday" SMALLINT,
    "time" TEXT,
    "quiet_until" DATE,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "nudge_setting_pkey" PRIMARY KEY ("person_id")
);

-- CreateTable
CREATE TABLE "not_mine" (
    "person_id" UUID NOT NULL,
    "about_kind" TEXT NOT NULL,
    "about_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "not_mine_pkey" PRIMARY KEY ("person_id","about_kind","about_id")
);

-- CreateTable
CREATE TABLE "no_update" (
    "key" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "locality_id" UUID NOT NULL,
    "about_kind" TEXT NOT NULL,
    "about_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "no_update_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "subscription" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "scope_kind" TEXT NOT NULL,
    "scope_id" UUID NOT NULL,
    "every" TEXT NOT NULL,
    "platform" TEXT,
    "tenant" TEXT,
    "conversation" TEXT,
    "name" TEXT,
    "to" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "ended_why" TEXT,

    CONSTRAINT "subscription_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "planner" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "planned_to" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "planner_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run" (
    "id" UUID NOT NULL,
    "from" TIMESTAMPTZ(3) NOT NULL,
    "to" TIMESTAMPTZ(3) NOT NULL,
    "looked_at" INTEGER NOT NULL,
    "planned" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delivery" (
    "id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "subscription_id" UUID,
    "scope_kind" TEXT,
    "scope_id" UUID,
    "week" TEXT NOT NULL,
    "moment" TIMESTAMPTZ(3) NOT NULL,
    "send_at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'planned',
    "why" TEXT,
    "outbox_id" UUID,
    "route" JSONB,
    "tried" JSONB NOT NULL DEFAULT '[]',
    "refreshed_at" TIMESTAMPTZ(3),
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delivery_line" (
    "delivery_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "person_id" UUID NOT NULL,

    CONSTRAINT "delivery_line_pkey" PRIMARY KEY ("delivery_id","key")
);

-- CreateIndex
CREATE INDEX "term_dates_council_area_id_year_idx" ON "term_dates"("council_area_id", "year");

-- CreateIndex
CREATE INDEX "term_dates_organisation_id_year_idx" ON "term_dates"("organisation_id", "year");

-- CreateIndex
CREATE INDEX "closed_day_council_area_id_day_idx" ON "closed_day"("council_area_id", "day");

-- CreateIndex
CREATE INDEX "closed_day_organisation_id_day_idx" ON "closed_day"("organisation_id", "day");

-- CreateIndex
CREATE INDEX "away_days_person_id_to_idx" ON "away_days"("person_id", "to");

-- CreateIndex
CREATE INDEX "not_mine_about_kind_about_id_idx" ON "not_mine"("about_kind", "about_id");

-- CreateIndex
CREATE INDEX "no_update_locality_id_idx" ON "no_update"("locality_id");

-- CreateIndex
CREATE INDEX "subscription_person_id_idx" ON "subscription"("person_id");

-- CreateIndex
CREATE INDEX "run_created_at_idx" ON "run"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "delivery_key_key" ON "delivery"("key");

-- CreateIndex
CREATE UNIQUE INDEX "delivery_outbox_id_key" ON "delivery"("outbox_id");

-- CreateIndex
CREATE INDEX "delivery_state_send_at_idx" ON "delivery"("state", "send_at");

-- CreateIndex
CREATE INDEX "delivery_person_id_week_idx" ON "delivery"("person_id", "week");

-- CreateIndex
CREATE INDEX "delivery_run_id_idx" ON "delivery"("run_id");

-- CreateIndex
CREATE INDEX "delivery_line_person_id_key_idx" ON "delivery_line"("person_id", "key");

-- CreateIndex
CREATE INDEX "outbox_place_state_seq_idx" ON "outbox"("place", "state", "seq");

-- AddForeignKey
ALTER TABLE "term_dates" ADD CONSTRAINT "term_dates_council_area_id_fkey" FOREIGN KEY ("council_area_id") REFERENCES "council_area"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "term_dates" ADD CONSTRAINT "term_dates_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "closed_day" ADD CONSTRAINT "closed_day_council_area_id_fkey" FOREIGN KEY ("council_area_id") REFERENCES "council_area"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "closed_day" ADD CONSTRAINT "closed_day_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "away_days" ADD CONSTRAINT "away_days_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "nudge_setting" ADD CONSTRAINT "nudge_setting_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "delivery_line" ADD CONSTRAINT "delivery_line_delivery_id_fkey" FOREIGN KEY ("delivery_id") REFERENCES "delivery"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- CreateIndex
CREATE INDEX "inbound_event_person_id_platform_at_idx" ON "inbound_event"("person_id", "platform", "at");

-- What the code promises about its own words, held by the database too.
ALTER TABLE "term_dates"
  ADD CONSTRAINT "term_dates_whose" CHECK (num_nonnulls("council_area_id", "organisation_id") = 1),
  ADD CONSTRAINT "term_dates_dates" CHECK (jsonb_typeof("dates") = 'object');
ALTER TABLE "closed_day"
  ADD CONSTRAINT "closed_day_whose" CHECK (num_nonnulls("council_area_id", "organisation_id") = 1),
  ADD CONSTRAINT "closed_day_what" CHECK ("what" IN ('inset', 'closed'));
ALTER TABLE "away_days"
  ADD CONSTRAINT "away_days_order" CHECK ("from" <= "to");
ALTER TABLE "nudge_setting"
  ADD CONSTRAINT "nudge_setting_weekday" CHECK ("weekday" BETWEEN 1 AND 5),
  ADD CONSTRAINT "nudge_setting_time" CHECK ("time" ~ '^(0[89]|1[0-6]):[0-5][0-9]$|^17:([0-2][0-9]|30)$');
ALTER TABLE "not_mine"
  ADD CONSTRAINT "not_mine_about" CHECK ("about_kind" IN ('action', 'kpi'));
ALTER TABLE "no_update"
  ADD CONSTRAINT "no_update_about" CHECK ("about_kind" IN ('action', 'kpi'));
ALTER TABLE "subscription"
  ADD CONSTRAINT "subscription_every" CHECK ("every" IN ('week', 'month')),
  ADD CONSTRAINT "subscription_where" CHECK (("platform" IS NULL) = ("to" IS NULL) AND ("platform" IS NULL) = ("conversation" IS NULL));
ALTER TABLE "planner"
  ADD CONSTRAINT "planner_one" CHECK ("id" = 1);
ALTER TABLE "delivery"
  ADD CONSTRAINT "delivery_kind" CHECK ("kind" IN ('nudge', 'summary')),
  ADD CONSTRAINT "delivery_state" CHECK ("state" IN ('planned', 'handed', 'sent', 'unconfirmed', 'failed', 'left')),
  ADD CONSTRAINT "delivery_scope" CHECK (("kind" = 'summary') = ("scope_kind" IS NOT NULL AND "scope_id" IS NOT NULL));
