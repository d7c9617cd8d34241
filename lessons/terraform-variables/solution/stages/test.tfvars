tags = {
  stage = "test"
}
