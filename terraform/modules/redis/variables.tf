variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "purpose" {
  description = "broker (the queue of jobs: nothing may be lost) or cache (everything can be computed again)."
  type        = string

  validation {
    condition     = contains(["broker", "cache"], var.purpose)
    error_message = "broker or cache."
  }
}

variable "subnet_ids" {
  description = "Subnets without a way out, in at least two zones."
  type        = list(string)
}

variable "security_group_id" {
  description = "Group that admits the application only."
  type        = string
}

variable "kms_key_arn" {
  description = "Key that encrypts what is written to disk."
  type        = string
}

variable "auth_token" {
  description = "Password of the server."
  type        = string
  sensitive   = true
}

variable "node_type" {
  description = "Size of a node: memory is what counts."
  type        = string
  default     = "cache.t4g.small"

  validation {
    condition     = startswith(var.node_type, "cache.")
    error_message = "An ElastiCache node type such as cache.t4g.small."
  }
}

variable "alarm_topic_arns" {
  description = "Where alarms are sent."
  type        = list(string)
}
