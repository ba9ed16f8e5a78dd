-- AlterTable
ALTER TABLE "kpi_definition" ADD COLUMN     "coverage" TEXT;

-- AlterTable
ALTER TABLE "project" ADD COLUMN     "theme" TEXT;

-- CreateTable
CREATE TABLE "action" (
    "id" UUID NOT NULL,
    "locality_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "origin" TEXT NOT NULL,

    CONSTRAINT "action_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "action_version" (
    "action_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "change" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "success_measure" TEXT NOT NULL DEFAULT '',
    "due" DATE,
    "owner_id" UUID,
    "deputy_id" UUID,
    "criterion_id" UUID,
    "project_id" UUID,
    "kpi_ids" UUID[],
    "steps" JSONB NOT NULL DEFAULT '[]',
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL DEFAULT '9999-12-31 00:00:00+00'::timestamp with time zone,
    "seq" BIGSERIAL NOT NULL,
    "recorded_by_id" UUID,

    CONSTRAINT "action_version_pkey" PRIMARY KEY ("action_id","version")
);

-- CreateTable
CREATE TABLE "rating" (
    "id" UUID NOT NULL,
    "action_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "rating" TEXT NOT NULL,
    "reason" TEXT,
    "remedy" TEXT,
    "remedy_by" DATE,
    "decided_by" TEXT,
    "decided_on" DATE,
    "evidence" TEXT,
    "also" TEXT,
    "definition_version" INTEGER NOT NULL,
    "origin" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL DEFAULT '9999-12-31 00:00:00+00'::timestamp with time zone,
    "seq" BIGSERIAL NOT NULL,
    "recorded_by_id" UUID,

    CONSTRAINT "rating_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rating_definition" (
    "version" INTEGER NOT NULL,
    "green" TEXT NOT NULL,
    "amber" TEXT NOT NULL,
    "red" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_by_id" UUID,

    CONSTRAINT "rating_definition_pkey" PRIMARY KEY ("version")
);

-- CreateTable
CREATE TABLE "action_comment" (
    "id" UUID NOT NULL,
    "action_id" UUID NOT NULL,
    "text" TEXT,
    "evidence" TEXT,
    "answers_id" UUID,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "recorded_by_id" UUID,

    CONSTRAINT "action_comment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "worry" (
    "id" UUID NOT NULL,
    "locality_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "about_kind" TEXT,
    "about_id" UUID,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_by_id" UUID NOT NULL,

    CONSTRAINT "worry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "worry_outcome" (
    "worry_id" UUID NOT NULL,
    "outcome" TEXT NOT NULL,
    "text" TEXT,
    "action_id" UUID,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_by_id" UUID NOT NULL,

    CONSTRAINT "worry_outcome_pkey" PRIMARY KEY ("worry_id")
);

-- CreateTable
CREATE TABLE "meeting" (
    "id" UUID NOT NULL,
    "locality_id" UUID NOT NULL,
    "adviser_id" UUID NOT NULL,
    "date" DATE NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "withdrawn_at" TIMESTAMPTZ(3),

    CONSTRAINT "meeting_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "adviser_tie" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "locality_id" UUID NOT NULL,
    "words" TEXT,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "seq" BIGSERIAL NOT NULL,

    CONSTRAINT "adviser_tie_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "summary_seen" (
    "person_id" UUID NOT NULL,
    "scope_kind" TEXT NOT NULL,
    "scope_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "summary_seen_pkey" PRIMARY KEY ("person_id","scope_kind","scope_id","day")
);

-- CreateTable
CREATE TABLE "news" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "about_kind" TEXT NOT NULL,
    "about_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3),

    CONSTRAINT "news_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "upload" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "locality_id" UUID NOT NULL,
    "file_name" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'previewed',
    "done" INTEGER NOT NULL DEFAULT 0,
    "total" INTEGER NOT NULL DEFAULT 0,
    "result" JSONB,

    CONSTRAINT "upload_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "upload_person_id_idx" ON "upload"("person_id");

-- CreateIndex
CREATE INDEX "taking_part_project_id_idx" ON "taking_part"("project_id");

-- CreateIndex
CREATE UNIQUE INDEX "action_locality_id_number_key" ON "action"("locality_id", "number");

-- CreateIndex
CREATE INDEX "action_version_until_recorded_at_idx" ON "action_version"("until", "recorded_at");

-- CreateIndex
CREATE INDEX "action_version_owner_id_idx" ON "action_version"("owner_id");

-- CreateIndex
CREATE INDEX "action_version_deputy_id_idx" ON "action_version"("deputy_id");

-- CreateIndex
CREATE INDEX "rating_recorded_by_id_seq_idx" ON "rating"("recorded_by_id", "seq");

-- CreateIndex
CREATE INDEX "rating_until_recorded_at_idx" ON "rating"("until", "recorded_at");

-- CreateIndex
CREATE UNIQUE INDEX "rating_action_id_kind_version_key" ON "rating"("action_id", "kind", "version");

-- CreateIndex
CREATE UNIQUE INDEX "action_comment_answers_id_key" ON "action_comment"("answers_id");

-- CreateIndex
CREATE INDEX "action_comment_action_id_seq_idx" ON "action_comment"("action_id", "seq");

-- CreateIndex
CREATE INDEX "worry_locality_id_idx" ON "worry"("locality_id");

-- CreateIndex
CREATE UNIQUE INDEX "meeting_locality_id_adviser_id_date_key" ON "meeting"("locality_id", "adviser_id", "date");

-- CreateIndex
CREATE INDEX "adviser_tie_person_id_locality_id_seq_idx" ON "adviser_tie"("person_id", "locality_id", "seq");

-- CreateIndex
CREATE INDEX "news_person_id_seen_at_idx" ON "news"("person_id", "seen_at");

-- AddForeignKey
ALTER TABLE "action" ADD CONSTRAINT "action_locality_id_fkey" FOREIGN KEY ("locality_id") REFERENCES "locality"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "action_version" ADD CONSTRAINT "action_version_action_id_fkey" FOREIGN KEY ("action_id") REFERENCES "action"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "action_version" ADD CONSTRAINT "action_version_criterion_id_fkey" FOREIGN KEY ("criterion_id") REFERENCES "criterion"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "action_version" ADD CONSTRAINT "action_version_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rating" ADD CONSTRAINT "rating_action_id_fkey" FOREIGN KEY ("action_id") REFERENCES "action"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "action_comment" ADD CONSTRAINT "action_comment_action_id_fkey" FOREIGN KEY ("action_id") REFERENCES "action"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "worry" ADD CONSTRAINT "worry_locality_id_fkey" FOREIGN KEY ("locality_id") REFERENCES "locality"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "worry_outcome" ADD CONSTRAINT "worry_outcome_worry_id_fkey" FOREIGN KEY ("worry_id") REFERENCES "worry"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "meeting" ADD CONSTRAINT "meeting_locality_id_fkey" FOREIGN KEY ("locality_id") REFERENCES "locality"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the code promises about its own words, held by the database too.
ALTER TABLE "kpi_definition"
  ADD CONSTRAINT "kpi_definition_coverage" CHECK ("coverage" IS NULL OR ("coverage" IN ('signed_up', 'attended', 'completed') AND "project_id" IS NOT NULL));
ALTER TABLE "action"
  ADD CONSTRAINT "action_number" CHECK ("number" >= 1),
  ADD CONSTRAINT "action_origin" CHECK ("origin" IN ('person', 'import', 'demonstration'));
ALTER TABLE "action_version"
  ADD CONSTRAINT "action_version_version" CHECK ("version" >= 1),
  ADD CONSTRAINT "action_version_change" CHECK ("change" IN ('created', 'edited', 'due', 'owner', 'step', 'handover')),
  ADD CONSTRAINT "action_version_steps" CHECK (jsonb_typeof("steps") = 'array');
ALTER TABLE "rating"
  ADD CONSTRAINT "rating_kind" CHECK ("kind" IN ('self', 'independent')),
  ADD CONSTRAINT "rating_version" CHECK ("version" >= 1),
  ADD CONSTRAINT "rating_rating" CHECK ("rating" IN ('not_started', 'green', 'amber', 'red', 'complete', 'on_hold', 'stopped')),
  ADD CONSTRAINT "rating_reason" CHECK ("rating" NOT IN ('amber', 'red') OR "reason" IS NOT NULL),
  ADD CONSTRAINT "rating_remedy" CHECK ("rating" <> 'red' OR "kind" <> 'self' OR "remedy" IS NOT NULL),
  ADD CONSTRAINT "rating_decided" CHECK ("rating" NOT IN ('on_hold', 'stopped') OR ("decided_by" IS NOT NULL AND "reason" IS NOT NULL)),
  ADD CONSTRAINT "rating_origin" CHECK ("origin" IN ('person', 'import', 'demonstration'));
ALTER TABLE "rating_definition"
  ADD CONSTRAINT "rating_definition_version" CHECK ("version" >= 2);
ALTER TABLE "action_comment"
  ADD CONSTRAINT "action_comment_says_something" CHECK (num_nonnulls("text", "evidence", "answers_id") >= 1);
ALTER TABLE "worry"
  ADD CONSTRAINT "worry_about" CHECK (("about_kind" IS NULL) = ("about_id" IS NULL) AND "about_kind" IN ('action', 'kpi'));
ALTER TABLE "worry_outcome"
  ADD CONSTRAINT "worry_outcome_outcome" CHECK ("outcome" IN ('action', 'answered', 'not_now')),
  ADD CONSTRAINT "worry_outcome_says" CHECK (CASE "outcome" WHEN 'action' THEN "action_id" IS NOT NULL WHEN 'answered' THEN "text" IS NOT NULL ELSE TRUE END);
ALTER TABLE "upload"
  ADD CONSTRAINT "upload_state" CHECK ("state" IN ('previewed', 'running', 'done', 'failed'));
