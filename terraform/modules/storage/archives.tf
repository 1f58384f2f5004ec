# Archives are written to a file system that all containers share, and copied every hour into the locked bucket.

resource "aws_efs_file_system" "archives" {
  creation_token  = "${var.name}-archives"
  encrypted       = true
  kms_key_id      = var.kms_key_arn
  throughput_mode = "elastic"

  lifecycle_policy {
    transition_to_ia = "AFTER_30_DAYS"
  }

  tags = { Name = "${var.name}-archives" }
}

resource "aws_efs_backup_policy" "archives" {
  file_system_id = aws_efs_file_system.archives.id

  backup_policy {
    status = "ENABLED"
  }
}

resource "aws_efs_mount_target" "archives" {
  for_each = { for index, subnet in var.subnet_ids : index => subnet }

  file_system_id  = aws_efs_file_system.archives.id
  subnet_id       = each.value
  security_groups = [var.security_group_id]
}

# Whoever mounts it becomes the account of the image.
resource "aws_efs_access_point" "archives" {
  file_system_id = aws_efs_file_system.archives.id

  posix_user {
    uid = 10001
    gid = 10001
  }

  root_directory {
    path = "/hromada"

    creation_info {
      owner_uid   = 10001
      owner_gid   = 10001
      permissions = "0750"
    }
  }

  tags = { Name = "${var.name}-archives" }
}

resource "aws_datasync_location_efs" "archives" {
  efs_file_system_arn   = aws_efs_file_system.archives.arn
  access_point_arn      = aws_efs_access_point.archives.arn
  in_transit_encryption = "TLS1_2"

  ec2_config {
    security_group_arns = [var.copier_security_group_arn]
    subnet_arn          = var.copier_subnet_arn
  }

  depends_on = [aws_efs_mount_target.archives]
}

resource "aws_datasync_location_s3" "archives" {
  s3_bucket_arn = module.archives.arn
  subdirectory  = "/archives"

  s3_config {
    bucket_access_role_arn = aws_iam_role.copier.arn
  }

  depends_on = [aws_iam_role_policy.copier]
}

resource "aws_datasync_task" "archives" {
  name                     = "${var.name}-archives"
  source_location_arn      = aws_datasync_location_efs.archives.arn
  destination_location_arn = aws_datasync_location_s3.archives.arn

  options {
    # What disappears from the file system, by its term or by a mistake, stays in the bucket for its own.
    preserve_deleted_files = "PRESERVE"
    verify_mode            = "ONLY_FILES_TRANSFERRED"
    log_level              = "BASIC"
    posix_permissions      = "NONE"
    uid                    = "NONE"
    gid                    = "NONE"
  }

  schedule {
    schedule_expression = "rate(1 hour)"
  }

  cloudwatch_log_group_arn = aws_cloudwatch_log_group.copier.arn
}

resource "aws_cloudwatch_log_group" "copier" {
  name              = "/${var.name}/archives"
  retention_in_days = 400
  kms_key_id        = var.kms_key_arn
}

resource "aws_cloudwatch_log_resource_policy" "copier" {
  policy_name     = "${var.name}-archives"
  policy_document = data.aws_iam_policy_document.copier_log.json
}

data "aws_iam_policy_document" "copier_log" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.copier.arn}:*"]

    principals {
      type        = "Service"
      identifiers = ["datasync.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.suffix]
    }
  }
}

resource "aws_iam_role" "copier" {
  name               = "${var.name}-archives"
  assume_role_policy = data.aws_iam_policy_document.copier_assume.json
}

data "aws_iam_policy_document" "copier_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["datasync.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.suffix]
    }
  }
}

resource "aws_iam_role_policy" "copier" {
  name   = "write"
  role   = aws_iam_role.copier.id
  policy = data.aws_iam_policy_document.copier.json
}

data "aws_iam_policy_document" "copier" {
  statement {
    actions   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
    resources = [module.archives.arn]
  }

  statement {
    actions   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:GetObjectTagging", "s3:ListMultipartUploadParts", "s3:PutObject", "s3:PutObjectTagging"]
    resources = ["${module.archives.arn}/*"]
  }

  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.kms_key_arn]
  }
}
