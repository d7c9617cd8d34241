owner = "grace"
