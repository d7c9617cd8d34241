variable "owner" {
  description = "Whose notes these are: part of the bucket's name."
  type        = string
}
