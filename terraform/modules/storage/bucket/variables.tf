variable "name" {
  description = "Name of the bucket, unique in the world."
  type        = string
}

variable "kms_key_arn" {
  description = "Key that encrypts the content; null for Amazon's own key, the only one its load balancer can write with."
  type        = string
  default     = null
}

variable "locked_days" {
  description = "For how long nobody can delete what was written; null for a bucket that is not locked."
  type        = number
  default     = null
}

variable "cold_after_days" {
  description = "After how many days content moves to cold storage; null for never."
  type        = number
  default     = null
}

variable "keep_days" {
  description = "After how many days content is deleted; null for never."
  type        = number
  default     = null
}

variable "keep_old_versions_days" {
  description = "For how long a replaced or deleted version can be brought back."
  type        = number
}

variable "log_bucket" {
  description = "Bucket where each access is written down; null for the log itself."
  type        = string
  default     = null
}

variable "writers" {
  description = "Services of Amazon that write into the bucket: folder to service name."
  type        = map(string)
  default     = {}
}
