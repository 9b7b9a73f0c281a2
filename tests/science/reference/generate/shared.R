# What every generator uses: writing one expected file beside its data.
library(jsonlite)

here <- function(...) file.path("..", ...) # make reference runs us where we stand

# `cases` is a list of list(call=, arguments=, value=[, rtol=, atol=, why=]). Where one script
# writes several files, `generator` names the script.
write_expected <- function(name, data, cases, packages = c(), rtol = 1e-8, why = NULL,
                           generator = name) {
  versions <- list(R = R.version.string)
  for (package in c("jsonlite", packages)) {
    versions[[package]] <- as.character(packageVersion(package))
  }
  sha256 <- strsplit(system2("sha256sum", here("data", data), stdout = TRUE), " ")[[1]][1]
  out <- list(
    generator = paste0("generate/", generator, ".R"), versions = versions,
    data = data, data_sha256 = sha256, rtol = rtol, why = why, cases = cases
  )
  out <- Filter(Negate(is.null), out)
  writeLines(
    toJSON(out, auto_unbox = TRUE, digits = NA, pretty = TRUE, null = "null", na = "null"),
    here("expected", paste0(name, ".json"))
  )
}
