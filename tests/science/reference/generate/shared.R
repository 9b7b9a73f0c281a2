# What every generator uses: writing one expected file beside its data.
library(jsonlite)

here <- function(...) file.path("..", ...) # make reference runs us where we stand

# `cases` is a list of list(call=, arguments=, value=[, rtol=, why=]).
write_expected <- function(name, data, cases) {
  versions <- list(R = R.version.string, jsonlite = as.character(packageVersion("jsonlite")))
  sha256 <- strsplit(system2("sha256sum", here("data", data), stdout = TRUE), " ")[[1]][1]
  out <- list(
    generator = paste0("generate/", name, ".R"), versions = versions,
    data = data, data_sha256 = sha256, rtol = 1e-8, cases = cases
  )
  writeLines(
    toJSON(out, auto_unbox = TRUE, digits = NA, pretty = TRUE, null = "null", na = "null"),
    here("expected", paste0(name, ".json"))
  )
}
