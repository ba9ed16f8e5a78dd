-- CreateTable
CREATE TABLE "pulse_item" (
    "item" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "scale" TEXT NOT NULL,
    "options" TEXT[],
    "criterion_id" UUID,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_by_id" UUID,

    CONSTRAINT "pulse_item_pkey" PRIMARY KEY ("item","version")
);

-- CreateTable
CREATE TABLE "pulse_wave" (
    "id" UUID NOT NULL,
    "survey_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'draft',
    "run_by_id" UUID,
    "audience" TEXT NOT NULL,
    "places" JSONB NOT NULL,
    "split" TEXT NOT NULL DEFAULT 'none',
    "items" JSONB NOT NULL,
    "comment" BOOLEAN NOT NULL DEFAULT true,
    "k" INTEGER NOT NULL DEFAULT 5,
    "opens_on" DATE NOT NULL,
    "closes_on" DATE NOT NULL,
    "half_term" TEXT NOT NULL,
    "opened_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "key_fingerprint" TEXT,
    "turnout" TEXT,
    "turnout_on" DATE,
    "reopened_at" TIMESTAMPTZ(3),
    "origin" TEXT NOT NULL DEFAULT 'person',
    "audit" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "pulse_wave_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pulse_cell" (
    "id" UUID NOT NULL,
    "wave_id" UUID NOT NULL,
    "parent_id" UUID,
    "key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "scope_id" UUID,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "invited" INTEGER NOT NULL,

    CONSTRAINT "pulse_cell_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pulse_invited" (
    "wave_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "cell_id" UUID NOT NULL,
    "organisation_id" UUID,

    CONSTRAINT "pulse_invited_pkey" PRIMARY KEY ("wave_id","person_id")
);

-- CreateTable
CREATE TABLE "pulse_seat" (
    "wave_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "box_id" UUID NOT NULL,
    "link_hash" TEXT NOT NULL,
    "answered" BOOLEAN NOT NULL DEFAULT false,
    "shown_in" UUID,

    CONSTRAINT "pulse_seat_pkey" PRIMARY KEY ("wave_id","person_id")
);

-- CreateTable
CREATE TABLE "pulse_box" (
    "id" UUID NOT NULL,
    "wave_id" UUID NOT NULL,
    "cell_id" UUID NOT NULL,
    "invited" INTEGER NOT NULL,
    "sealed" BYTEA NOT NULL,

    CONSTRAINT "pulse_box_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pulse_result" (
    "cell_id" UUID NOT NULL,
    "item" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "shown" JSONB NOT NULL,
    "nearly_all" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "pulse_result_pkey" PRIMARY KEY ("cell_id","item")
);

-- CreateTable
CREATE TABLE "pulse_comment" (
    "id" UUID NOT NULL,
    "cell_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "marks" TEXT[],

    CONSTRAINT "pulse_comment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pulse_reply" (
    "id" UUID NOT NULL,
    "wave_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_by_id" UUID NOT NULL,

    CONSTRAINT "pulse_reply_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "pulse_wave_state_idx" ON "pulse_wave"("state");

-- CreateIndex
CREATE UNIQUE INDEX "pulse_wave_survey_id_number_key" ON "pulse_wave"("survey_id", "number");

-- CreateIndex
CREATE INDEX "pulse_cell_key_idx" ON "pulse_cell"("key");

-- CreateIndex
CREATE UNIQUE INDEX "pulse_cell_wave_id_key_key" ON "pulse_cell"("wave_id", "key");

-- CreateIndex
CREATE INDEX "pulse_invited_person_id_idx" ON "pulse_invited"("person_id");

-- CreateIndex
CREATE INDEX "pulse_invited_cell_id_idx" ON "pulse_invited"("cell_id");

-- CreateIndex
CREATE UNIQUE INDEX "pulse_seat_link_hash_key" ON "pulse_seat"("link_hash");

-- CreateIndex
CREATE INDEX "pulse_seat_person_id_idx" ON "pulse_seat"("person_id");

-- CreateIndex
CREATE INDEX "pulse_box_wave_id_idx" ON "pulse_box"("wave_id");

-- CreateIndex
CREATE INDEX "pulse_comment_cell_id_idx" ON "pulse_comment"("cell_id");

-- CreateIndex
CREATE INDEX "pulse_reply_wave_id_idx" ON "pulse_reply"("wave_id");

-- AddForeignKey
ALTER TABLE "pulse_cell" ADD CONSTRAINT "pulse_cell_wave_id_fkey" FOREIGN KEY ("wave_id") REFERENCES "pulse_wave"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pulse_invited" ADD CONSTRAINT "pulse_invited_cell_id_fkey" FOREIGN KEY ("cell_id") REFERENCES "pulse_cell"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pulse_result" ADD CONSTRAINT "pulse_result_cell_id_fkey" FOREIGN KEY ("cell_id") REFERENCES "pulse_cell"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pulse_comment" ADD CONSTRAINT "pulse_comment_cell_id_fkey" FOREIGN KEY ("cell_id") REFERENCES "pulse_cell"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pulse_reply" ADD CONSTRAINT "pulse_reply_wave_id_fkey" FOREIGN KEY ("wave_id") REFERENCES "pulse_wave"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the code promises about its own words, held by the database too.
ALTER TABLE "pulse_item"
  ADD CONSTRAINT "pulse_item_scale" CHECK ("scale" IN ('agree', 'ten', 'yes_no', 'choice')),
  ADD CONSTRAINT "pulse_item_options" CHECK (("scale" = 'choice') = (cardinality("options") >= 2)),
  ADD CONSTRAINT "pulse_item_version" CHECK ("version" >= 1);
ALTER TABLE "pulse_wave"
  ADD CONSTRAINT "pulse_wave_state" CHECK ("state" IN ('draft', 'scheduled', 'open', 'closed')),
  ADD CONSTRAINT "pulse_wave_audience" CHECK ("audience" IN ('schools', 'partners', 'leads', 'everybody')),
  ADD CONSTRAINT "pulse_wave_split" CHECK ("split" IN ('none', 'phase', 'group')),
  ADD CONSTRAINT "pulse_wave_items" CHECK (jsonb_typeof("items") = 'array' AND jsonb_array_length("items") BETWEEN 1 AND 5),
  ADD CONSTRAINT "pulse_wave_places" CHECK (jsonb_typeof("places") = 'array' AND jsonb_array_length("places") >= 1),
  ADD CONSTRAINT "pulse_wave_k" CHECK ("k" >= 3),
  ADD CONSTRAINT "pulse_wave_days" CHECK ("opens_on" <= "closes_on"),
  ADD CONSTRAINT "pulse_wave_opened" CHECK ("state" IN ('draft', 'scheduled') OR "opened_at" IS NOT NULL),
  ADD CONSTRAINT "pulse_wave_closed" CHECK (("state" = 'closed') = ("closed_at" IS NOT NULL)),
  ADD CONSTRAINT "pulse_wave_key" CHECK (("state" = 'open') = ("key_fingerprint" IS NOT NULL)),
  ADD CONSTRAINT "pulse_wave_turnout" CHECK ("turnout" IN ('up_to_half', 'over_half', 'most'));
ALTER TABLE "pulse_cell"
  ADD CONSTRAINT "pulse_cell_kind" CHECK ("kind" IN ('programme', 'pilot', 'locality', 'group', 'project', 'phase', 'pool'));
-- Sealed bytes do not get smaller: trying to is time lost, and how long they are must never tell anything.
ALTER TABLE "pulse_box" ALTER COLUMN "sealed" SET STORAGE EXTERNAL;
ALTER TABLE "delivery" DROP CONSTRAINT "delivery_state",
  ADD CONSTRAINT "delivery_state" CHECK ("state" IN ('planned', 'handed', 'sent', 'unconfirmed', 'failed', 'left', 'done'));
