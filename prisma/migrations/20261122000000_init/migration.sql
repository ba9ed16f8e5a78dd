-- CreateTable
CREATE TABLE "stamp" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "kind" TEXT NOT NULL,
    "key_fingerprint" TEXT NOT NULL,
    "filled_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stamp_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "programme" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "zone" TEXT NOT NULL DEFAULT 'Europe/London',

    CONSTRAINT "programme_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pilot" (
    "id" UUID NOT NULL,
    "programme_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "theme" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "pilot_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "council_area" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "code" TEXT NOT NULL,

    CONSTRAINT "council_area_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "locality" (
    "id" UUID NOT NULL,
    "pilot_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "led_by" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "locality_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "locality_area" (
    "locality_id" UUID NOT NULL,
    "council_area_id" UUID NOT NULL,

    CONSTRAINT "locality_area_pkey" PRIMARY KEY ("locality_id","council_area_id")
);

-- CreateTable
CREATE TABLE "organisation" (
    "id" UUID NOT NULL,
    "locality_id" UUID,
    "council_area_id" UUID,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "phase" TEXT,
    "urn" TEXT,

    CONSTRAINT "organisation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "group" (
    "id" UUID NOT NULL,
    "locality_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,

    CONSTRAINT "group_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "group_member" (
    "id" UUID NOT NULL,
    "group_id" UUID NOT NULL,
    "organisation_id" UUID,
    "person_id" UUID,

    CONSTRAINT "group_member_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "project" (
    "id" UUID NOT NULL,
    "locality_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "theory_of_action" TEXT,
    "hypothesis" TEXT,

    CONSTRAINT "project_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "taking_part" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "how" TEXT NOT NULL,
    "from" DATE NOT NULL,
    "to" DATE,

    CONSTRAINT "taking_part_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "person" (
    "id" UUID NOT NULL,
    "post" TEXT NOT NULL,
    "email" TEXT,
    "organisation_id" UUID,
    "zone" TEXT,
    "left_on" DATE,

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "platform" TEXT NOT NULL,
    "tenant" TEXT NOT NULL,
    "user" TEXT NOT NULL,
    "linked_at" TIMESTAMPTZ(3) NOT NULL,
    "how" TEXT NOT NULL,

    CONSTRAINT "identity_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invitation" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "code_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_id" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "burnt_at" TIMESTAMPTZ(3),

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attempt" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "role" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "scope_kind" TEXT NOT NULL,
    "scope_id" UUID NOT NULL,
    "from" DATE NOT NULL,
    "to" DATE,
    "granted_by_id" UUID,

    CONSTRAINT "role_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "criterion" (
    "id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "criterion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "criterion_question" (
    "id" UUID NOT NULL,
    "criterion_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "criterion_question_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "kpi" (
    "id" UUID NOT NULL,
    "locality_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "kpi_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "kpi_definition" (
    "kpi_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "aliases" TEXT[],
    "unit" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "improvement" TEXT NOT NULL,
    "decimals" SMALLINT NOT NULL,
    "counts" TEXT NOT NULL,
    "base" TEXT NOT NULL,
    "cadence" TEXT NOT NULL,
    "baseline" DECIMAL(18,6),
    "baseline_date" DATE,
    "tolerance" DECIMAL(6,3) NOT NULL DEFAULT 5,
    "definition" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "criterion_id" UUID,
    "project_id" UUID,
    "retired" BOOLEAN NOT NULL DEFAULT false,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "recorded_by_id" UUID,

    CONSTRAINT "kpi_definition_pkey" PRIMARY KEY ("kpi_id","version")
);

-- CreateTable
CREATE TABLE "kpi_target" (
    "kpi_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "value" DECIMAL(18,6),
    "date" DATE,
    "milestones" JSONB NOT NULL DEFAULT '[]',
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "recorded_by_id" UUID,

    CONSTRAINT "kpi_target_pkey" PRIMARY KEY ("kpi_id","version")
);

-- CreateTable
CREATE TABLE "kpi_owner" (
    "kpi_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "owner_id" UUID,
    "deputy_id" UUID,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "recorded_by_id" UUID,

    CONSTRAINT "kpi_owner_pkey" PRIMARY KEY ("kpi_id","version")
);

-- CreateTable
CREATE TABLE "reading" (
    "id" UUID NOT NULL,
    "kpi_id" UUID NOT NULL,
    "period" TEXT NOT NULL,
    "period_start" DATE NOT NULL,
    "period_end" DATE NOT NULL,
    "version" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "value" DECIMAL(18,6),
    "numerator" DECIMAL(18,6),
    "denominator" DECIMAL(18,6),
    "note" TEXT,
    "evidence" TEXT,
    "origin" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "recorded_by_id" UUID,

    CONSTRAINT "reading_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "context_series" (
    "id" UUID NOT NULL,
    "measure" TEXT NOT NULL,
    "phase" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "council_area_id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "licence" TEXT NOT NULL,

    CONSTRAINT "context_series_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "context_point" (
    "series_id" UUID NOT NULL,
    "date" DATE NOT NULL,
    "period" TEXT NOT NULL,
    "value" DECIMAL(18,6) NOT NULL,
    "published_on" DATE,

    CONSTRAINT "context_point_pkey" PRIMARY KEY ("series_id","date")
);

-- CreateTable
CREATE TABLE "conversation_reference" (
    "id" UUID NOT NULL,
    "platform" TEXT NOT NULL,
    "tenant" TEXT NOT NULL,
    "conversation" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "person_id" UUID,
    "outsiders" BOOLEAN,
    "reference" JSONB NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "closed_why" TEXT,

    CONSTRAINT "conversation_reference_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "inbound_event" (
    "platform" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "person_id" UUID,
    "answer" JSONB,

    CONSTRAINT "inbound_event_pkey" PRIMARY KEY ("platform","key")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" UUID NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "not_before" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "claimed_at" TIMESTAMPTZ(3),
    "done_at" TIMESTAMPTZ(3),
    "result" JSONB,
    "error" TEXT,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "id" UUID NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "person_id" UUID,
    "what" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_in_link" (
    "token_hash" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "sign_in_link_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "session" (
    "token_hash" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "session_pkey" PRIMARY KEY ("token_hash")
);

-- CreateIndex
CREATE UNIQUE INDEX "programme_name_key" ON "programme"("name");

-- CreateIndex
CREATE UNIQUE INDEX "pilot_programme_id_name_key" ON "pilot"("programme_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "council_area_name_key" ON "council_area"("name");

-- CreateIndex
CREATE UNIQUE INDEX "council_area_code_key" ON "council_area"("code");

-- CreateIndex
CREATE UNIQUE INDEX "locality_name_key" ON "locality"("name");

-- CreateIndex
CREATE UNIQUE INDEX "locality_prefix_key" ON "locality"("prefix");

-- CreateIndex
CREATE INDEX "locality_pilot_id_idx" ON "locality"("pilot_id");

-- CreateIndex
CREATE UNIQUE INDEX "organisation_urn_key" ON "organisation"("urn");

-- CreateIndex
CREATE UNIQUE INDEX "organisation_locality_id_name_key" ON "organisation"("locality_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "group_locality_id_name_key" ON "group"("locality_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "group_member_group_id_organisation_id_key" ON "group_member"("group_id", "organisation_id");

-- CreateIndex
CREATE UNIQUE INDEX "group_member_group_id_person_id_key" ON "group_member"("group_id", "person_id");

-- CreateIndex
CREATE UNIQUE INDEX "project_locality_id_name_key" ON "project"("locality_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "taking_part_organisation_id_project_id_how_from_key" ON "taking_part"("organisation_id", "project_id", "how", "from");

-- CreateIndex
CREATE UNIQUE INDEX "person_email_key" ON "person"("email");

-- CreateIndex
CREATE INDEX "identity_person_id_idx" ON "identity"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "identity_platform_tenant_user_key" ON "identity"("platform", "tenant", "user");

-- CreateIndex
CREATE UNIQUE INDEX "invitation_code_hash_key" ON "invitation"("code_hash");

-- CreateIndex
CREATE INDEX "invitation_person_id_idx" ON "invitation"("person_id");

-- CreateIndex
CREATE INDEX "attempt_kind_by_at_idx" ON "attempt"("kind", "by", "at");

-- CreateIndex
CREATE INDEX "role_scope_id_idx" ON "role"("scope_id");

-- CreateIndex
CREATE UNIQUE INDEX "role_person_id_role_scope_kind_scope_id_from_key" ON "role"("person_id", "role", "scope_kind", "scope_id", "from");

-- CreateIndex
CREATE UNIQUE INDEX "criterion_position_key" ON "criterion"("position");

-- CreateIndex
CREATE UNIQUE INDEX "criterion_name_key" ON "criterion"("name");

-- CreateIndex
CREATE UNIQUE INDEX "criterion_question_criterion_id_position_key" ON "criterion_question"("criterion_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "kpi_locality_id_position_key" ON "kpi"("locality_id", "position");

-- CreateIndex
CREATE INDEX "reading_kpi_id_period_start_version_idx" ON "reading"("kpi_id", "period_start", "version");

-- CreateIndex
CREATE INDEX "reading_recorded_by_id_seq_idx" ON "reading"("recorded_by_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "reading_kpi_id_period_version_key" ON "reading"("kpi_id", "period", "version");

-- CreateIndex
CREATE UNIQUE INDEX "context_series_measure_phase_council_area_id_source_key" ON "context_series"("measure", "phase", "council_area_id", "source");

-- CreateIndex
CREATE INDEX "conversation_reference_person_id_idx" ON "conversation_reference"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "conversation_reference_platform_tenant_conversation_key" ON "conversation_reference"("platform", "tenant", "conversation");

-- CreateIndex
CREATE INDEX "inbound_event_at_idx" ON "inbound_event"("at");

-- CreateIndex
CREATE INDEX "outbox_state_not_before_idx" ON "outbox"("state", "not_before");

-- CreateIndex
CREATE INDEX "audit_event_subject_kind_subject_id_idx" ON "audit_event"("subject_kind", "subject_id");

-- CreateIndex
CREATE INDEX "session_person_id_idx" ON "session"("person_id");

-- AddForeignKey
ALTER TABLE "pilot" ADD CONSTRAINT "pilot_programme_id_fkey" FOREIGN KEY ("programme_id") REFERENCES "programme"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "locality" ADD CONSTRAINT "locality_pilot_id_fkey" FOREIGN KEY ("pilot_id") REFERENCES "pilot"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "locality_area" ADD CONSTRAINT "locality_area_locality_id_fkey" FOREIGN KEY ("locality_id") REFERENCES "locality"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "locality_area" ADD CONSTRAINT "locality_area_council_area_id_fkey" FOREIGN KEY ("council_area_id") REFERENCES "council_area"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "organisation" ADD CONSTRAINT "organisation_locality_id_fkey" FOREIGN KEY ("locality_id") REFERENCES "locality"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "organisation" ADD CONSTRAINT "organisation_council_area_id_fkey" FOREIGN KEY ("council_area_id") REFERENCES "council_area"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group" ADD CONSTRAINT "group_locality_id_fkey" FOREIGN KEY ("locality_id") REFERENCES "locality"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_member" ADD CONSTRAINT "group_member_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_member" ADD CONSTRAINT "group_member_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_member" ADD CONSTRAINT "group_member_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project" ADD CONSTRAINT "project_locality_id_fkey" FOREIGN KEY ("locality_id") REFERENCES "locality"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "taking_part" ADD CONSTRAINT "taking_part_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "taking_part" ADD CONSTRAINT "taking_part_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "person" ADD CONSTRAINT "person_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisation"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity" ADD CONSTRAINT "identity_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "role" ADD CONSTRAINT "role_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "criterion_question" ADD CONSTRAINT "criterion_question_criterion_id_fkey" FOREIGN KEY ("criterion_id") REFERENCES "criterion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kpi" ADD CONSTRAINT "kpi_locality_id_fkey" FOREIGN KEY ("locality_id") REFERENCES "locality"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kpi_definition" ADD CONSTRAINT "kpi_definition_kpi_id_fkey" FOREIGN KEY ("kpi_id") REFERENCES "kpi"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kpi_definition" ADD CONSTRAINT "kpi_definition_criterion_id_fkey" FOREIGN KEY ("criterion_id") REFERENCES "criterion"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kpi_definition" ADD CONSTRAINT "kpi_definition_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kpi_target" ADD CONSTRAINT "kpi_target_kpi_id_fkey" FOREIGN KEY ("kpi_id") REFERENCES "kpi"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kpi_owner" ADD CONSTRAINT "kpi_owner_kpi_id_fkey" FOREIGN KEY ("kpi_id") REFERENCES "kpi"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reading" ADD CONSTRAINT "reading_kpi_id_fkey" FOREIGN KEY ("kpi_id") REFERENCES "kpi"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "context_series" ADD CONSTRAINT "context_series_council_area_id_fkey" FOREIGN KEY ("council_area_id") REFERENCES "council_area"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "context_point" ADD CONSTRAINT "context_point_series_id_fkey" FOREIGN KEY ("series_id") REFERENCES "context_series"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "conversation_reference" ADD CONSTRAINT "conversation_reference_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sign_in_link" ADD CONSTRAINT "sign_in_link_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the schema cannot say: the lists in its comments, and the rules of one row.
ALTER TABLE "stamp"
  ADD CONSTRAINT "stamp_one_row" CHECK ("id" = 1),
  ADD CONSTRAINT "stamp_kind" CHECK ("kind" IN ('demo', 'real'));
ALTER TABLE "organisation"
  ADD CONSTRAINT "organisation_kind" CHECK ("kind" IN ('school', 'service', 'trust', 'charity', 'partnership', 'adviser', 'university', 'other'));
ALTER TABLE "group_member"
  ADD CONSTRAINT "group_member_one_of_two" CHECK (num_nonnulls("organisation_id", "person_id") = 1);
ALTER TABLE "taking_part"
  ADD CONSTRAINT "taking_part_how" CHECK ("how" IN ('signed_up', 'attended', 'completed')),
  ADD CONSTRAINT "taking_part_dates" CHECK ("to" >= "from");
ALTER TABLE "person"
  ADD CONSTRAINT "person_email_lower_case" CHECK ("email" = lower("email"));
ALTER TABLE "identity"
  ADD CONSTRAINT "identity_platform" CHECK ("platform" IN ('slack', 'teams', 'web')),
  ADD CONSTRAINT "identity_how" CHECK ("how" IN ('email', 'code', 'demonstration'));
ALTER TABLE "invitation"
  ADD CONSTRAINT "invitation_expires_later" CHECK ("expires_at" > "created_at");
ALTER TABLE "role"
  ADD CONSTRAINT "role_name" CHECK ("role" IN ('partner', 'lead', 'coordinator', 'adviser', 'evaluator', 'administrator')),
  ADD CONSTRAINT "role_scope_kind" CHECK ("scope_kind" IN ('programme', 'pilot', 'locality')),
  ADD CONSTRAINT "role_dates" CHECK ("to" >= "from");
ALTER TABLE "kpi_definition"
  ADD CONSTRAINT "kpi_definition_version" CHECK ("version" >= 1),
  ADD CONSTRAINT "kpi_definition_kind" CHECK ("kind" IN ('outcome', 'process')),
  ADD CONSTRAINT "kpi_definition_improvement" CHECK ("improvement" IN ('increase', 'decrease', 'neutral')),
  ADD CONSTRAINT "kpi_definition_decimals" CHECK ("decimals" BETWEEN 0 AND 6),
  ADD CONSTRAINT "kpi_definition_counts" CHECK ("counts" IN ('children', 'schools', 'people', 'other')),
  ADD CONSTRAINT "kpi_definition_base" CHECK ("base" IN ('of_each_reading', 'none')),
  ADD CONSTRAINT "kpi_definition_cadence" CHECK ("cadence" IN ('week', 'month', 'half_term', 'term', 'year')),
  ADD CONSTRAINT "kpi_definition_tolerance" CHECK ("tolerance" BETWEEN 0 AND 100);
ALTER TABLE "kpi_target"
  ADD CONSTRAINT "kpi_target_version" CHECK ("version" >= 1),
  ADD CONSTRAINT "kpi_target_milestones" CHECK (jsonb_typeof("milestones") = 'array');
ALTER TABLE "kpi_owner"
  ADD CONSTRAINT "kpi_owner_version" CHECK ("version" >= 1);
ALTER TABLE "reading"
  ADD CONSTRAINT "reading_version" CHECK ("version" >= 1),
  ADD CONSTRAINT "reading_kind" CHECK ("kind" IN ('reading', 'correction', 'undo')),
  ADD CONSTRAINT "reading_origin" CHECK ("origin" IN ('person', 'papers', 'demonstration', 'import')),
  ADD CONSTRAINT "reading_period" CHECK ("period_end" >= "period_start"),
  ADD CONSTRAINT "reading_n_of_m" CHECK (num_nonnulls("numerator", "denominator") IN (0, 2) AND "denominator" > 0);
ALTER TABLE "conversation_reference"
  ADD CONSTRAINT "conversation_reference_platform" CHECK ("platform" IN ('slack', 'teams')),
  ADD CONSTRAINT "conversation_reference_kind" CHECK ("kind" IN ('personal', 'group', 'channel'));
ALTER TABLE "outbox"
  ADD CONSTRAINT "outbox_state" CHECK ("state" IN ('waiting', 'sending', 'sent', 'unconfirmed', 'failed')),
  ADD CONSTRAINT "outbox_attempts" CHECK ("attempts" >= 0);
ALTER TABLE "sign_in_link"
  ADD CONSTRAINT "sign_in_link_expires_later" CHECK ("expires_at" > "created_at");
ALTER TABLE "session"
  ADD CONSTRAINT "session_expires_later" CHECK ("expires_at" > "created_at");
