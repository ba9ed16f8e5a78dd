-- AlterTable
ALTER TABLE "action_version" ALTER COLUMN "until" SET DEFAULT '9999-12-31T00:00:00Z'::timestamptz;

-- AlterTable
ALTER TABLE "rating" ALTER COLUMN "until" SET DEFAULT '9999-12-31T00:00:00Z'::timestamptz;

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
