variable "owner" {
  description = "Whose notes these are: part of the bucket's name."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+$", var.owner))
    error_message = "The owner is written in small letters only."
  }
}
