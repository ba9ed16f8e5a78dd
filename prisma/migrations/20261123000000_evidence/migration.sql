-- AlterTable
ALTER TABLE "session" ADD COLUMN     "asked_by" TEXT NOT NULL DEFAULT 'email',
ADD COLUMN     "id" UUID NOT NULL DEFAULT gen_random_uuid();

-- AlterTable
ALTER TABLE "sign_in_link" ADD COLUMN     "asked_by" TEXT NOT NULL DEFAULT 'email',
ADD COLUMN     "id" UUID NOT NULL DEFAULT gen_random_uuid(),
ADD COLUMN     "page" TEXT;

-- CreateTable
CREATE TABLE "kpi_rebase" (
    "kpi_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "date" DATE NOT NULL,
    "reason" TEXT NOT NULL,
    "withdrawn" BOOLEAN NOT NULL DEFAULT false,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "recorded_by_id" UUID,

    CONSTRAINT "kpi_rebase_pkey" PRIMARY KEY ("kpi_id","version")
);

-- CreateTable
CREATE TABLE "api_token" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "scope_kind" TEXT NOT NULL,
    "scope_id" UUID NOT NULL,
    "free_text" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_on" DATE,

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "assessment_step" (
    "id" UUID NOT NULL,
    "locality_id" UUID NOT NULL,
    "lens" TEXT NOT NULL,
    "round" TEXT NOT NULL,
    "about_kind" TEXT NOT NULL,
    "about_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "step" SMALLINT,
    "evidence" TEXT,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "recorded_by_id" UUID,

    CONSTRAINT "assessment_step_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "finding" (
    "id" UUID NOT NULL,
    "locality_id" UUID NOT NULL,
    "criterion_id" UUID,
    "round" TEXT NOT NULL,

    CONSTRAINT "finding_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "finding_version" (
    "finding_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "text" TEXT,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "recorded_by_id" UUID,

    CONSTRAINT "finding_version_pkey" PRIMARY KEY ("finding_id","version")
);

-- CreateTable
CREATE TABLE "finding_answer" (
    "id" UUID NOT NULL,
    "finding_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "text" TEXT,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "recorded_by_id" UUID,

    CONSTRAINT "finding_answer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "register_entry" (
    "id" UUID NOT NULL,
    "locality_id" UUID NOT NULL,

    CONSTRAINT "register_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "register_version" (
    "entry_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "date" DATE NOT NULL,
    "end_date" DATE,
    "method" TEXT,
    "criterion_ids" UUID[],
    "project_id" UUID,
    "kpi_id" UUID,
    "summary" TEXT NOT NULL,
    "link" TEXT,
    "quote" TEXT,
    "consent" BOOLEAN NOT NULL DEFAULT false,
    "few_children" BOOLEAN NOT NULL DEFAULT false,
    "checked" BOOLEAN NOT NULL DEFAULT false,
    "withdrawn" BOOLEAN NOT NULL DEFAULT false,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "recorded_by_id" UUID,

    CONSTRAINT "register_version_pkey" PRIMARY KEY ("entry_id","version")
);

-- CreateTable
CREATE TABLE "export" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "scope_kind" TEXT NOT NULL,
    "scope_id" UUID NOT NULL,
    "recorded_to" TIMESTAMPTZ(3) NOT NULL,
    "free_text" BOOLEAN NOT NULL DEFAULT false,
    "xlsx" BOOLEAN NOT NULL DEFAULT false,
    "state" TEXT NOT NULL DEFAULT 'running',
    "done" INTEGER NOT NULL DEFAULT 0,
    "manifest" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "export_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "export_chunk" (
    "export_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "export_chunk_pkey" PRIMARY KEY ("export_id","position")
);

-- CreateIndex
CREATE UNIQUE INDEX "api_token_token_hash_key" ON "api_token"("token_hash");

-- CreateIndex
CREATE INDEX "api_token_person_id_idx" ON "api_token"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "assessment_step_locality_id_lens_round_about_id_version_key" ON "assessment_step"("locality_id", "lens", "round", "about_id", "version");

-- CreateIndex
CREATE INDEX "finding_locality_id_idx" ON "finding"("locality_id");

-- CreateIndex
CREATE INDEX "finding_answer_finding_id_version_idx" ON "finding_answer"("finding_id", "version");

-- CreateIndex
CREATE INDEX "register_entry_locality_id_idx" ON "register_entry"("locality_id");

-- CreateIndex
CREATE INDEX "export_person_id_idx" ON "export"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "session_id_key" ON "session"("id");

-- CreateIndex
CREATE UNIQUE INDEX "sign_in_link_id_key" ON "sign_in_link"("id");

-- AddForeignKey
ALTER TABLE "kpi_rebase" ADD CONSTRAINT "kpi_rebase_kpi_id_fkey" FOREIGN KEY ("kpi_id") REFERENCES "kpi"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assessment_step" ADD CONSTRAINT "assessment_step_locality_id_fkey" FOREIGN KEY ("locality_id") REFERENCES "locality"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "finding" ADD CONSTRAINT "finding_locality_id_fkey" FOREIGN KEY ("locality_id") REFERENCES "locality"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "finding_version" ADD CONSTRAINT "finding_version_finding_id_fkey" FOREIGN KEY ("finding_id") REFERENCES "finding"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "finding_answer" ADD CONSTRAINT "finding_answer_finding_id_version_fkey" FOREIGN KEY ("finding_id", "version") REFERENCES "finding_version"("finding_id", "version") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "register_entry" ADD CONSTRAINT "register_entry_locality_id_fkey" FOREIGN KEY ("locality_id") REFERENCES "locality"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "register_version" ADD CONSTRAINT "register_version_entry_id_fkey" FOREIGN KEY ("entry_id") REFERENCES "register_entry"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "export_chunk" ADD CONSTRAINT "export_chunk_export_id_fkey" FOREIGN KEY ("export_id") REFERENCES "export"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the code promises about its own words, held by the database too.
ALTER TABLE "sign_in_link"
  ADD CONSTRAINT "sign_in_link_asked_by" CHECK ("asked_by" IN ('email', 'chat')),
  ADD CONSTRAINT "sign_in_link_page" CHECK ("page" ~ '^/([^/\\]|$)');
ALTER TABLE "session"
  ADD CONSTRAINT "session_asked_by" CHECK ("asked_by" IN ('email', 'chat'));
ALTER TABLE "kpi_rebase"
  ADD CONSTRAINT "kpi_rebase_version" CHECK ("version" >= 1);
ALTER TABLE "api_token"
  ADD CONSTRAINT "api_token_scope_kind" CHECK ("scope_kind" IN ('programme', 'pilot', 'locality')),
  ADD CONSTRAINT "api_token_expires_later" CHECK ("expires_at" > "created_at");
ALTER TABLE "assessment_step"
  ADD CONSTRAINT "assessment_step_lens" CHECK ("lens" IN ('self', 'evaluator')),
  ADD CONSTRAINT "assessment_step_about" CHECK ("about_kind" IN ('criterion', 'question')),
  ADD CONSTRAINT "assessment_step_version" CHECK ("version" >= 1),
  ADD CONSTRAINT "assessment_step_step" CHECK ("step" BETWEEN 1 AND 5);
ALTER TABLE "finding_version"
  ADD CONSTRAINT "finding_version_version" CHECK ("version" >= 1);
ALTER TABLE "finding_answer"
  ADD CONSTRAINT "finding_answer_kind" CHECK ("kind" IN ('agree', 'correct', 'context')),
  ADD CONSTRAINT "finding_answer_text" CHECK ("kind" = 'agree' OR "text" IS NOT NULL);
ALTER TABLE "register_version"
  ADD CONSTRAINT "register_version_version" CHECK ("version" >= 1),
  ADD CONSTRAINT "register_version_kind" CHECK ("kind" IN ('interview', 'workshop', 'observation', 'document', 'story', 'cycle')),
  ADD CONSTRAINT "register_version_cycle" CHECK (("kind" = 'cycle') = ("method" IS NOT NULL) AND ("kind" = 'cycle' OR "end_date" IS NULL)),
  ADD CONSTRAINT "register_version_method" CHECK ("method" IN ('pdsa', 'var')),
  ADD CONSTRAINT "register_version_dates" CHECK ("end_date" >= "date"),
  ADD CONSTRAINT "register_version_quote" CHECK ("quote" IS NULL OR "consent");
ALTER TABLE "export"
  ADD CONSTRAINT "export_scope_kind" CHECK ("scope_kind" IN ('programme', 'pilot', 'locality')),
  ADD CONSTRAINT "export_state" CHECK ("state" IN ('running', 'done', 'failed'));
-- A zip does not get smaller.
ALTER TABLE "export_chunk" ALTER COLUMN "bytes" SET STORAGE EXTERNAL;
