owner = "ada"
tags = {
  stage = "production"
}
