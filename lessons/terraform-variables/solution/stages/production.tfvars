tags = {
  stage = "production"
}
