owner = "ada"
