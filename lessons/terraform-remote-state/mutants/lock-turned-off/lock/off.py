text = open("main.tf").read()
open("main.tf", "w").write(text.replace("use_lockfile = true", "use_lockfile = false"))
