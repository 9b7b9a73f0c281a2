# The R peer of bench_sem.py: the same models by lavaan.
# Rscript sem.R MODEL DATA.csv TIMES [fiml|bootstrap]; prints processor seconds, fastest and median,
# of the call that fits, then of that with what ours always returns (fit measures, standardised
# estimates), and a number to compare: χ², or the standard error of the indirect effect.
suppressPackageStartupMessages(library(lavaan))
arguments <- commandArgs(trailingOnly = TRUE)
model <- readChar(arguments[1], file.size(arguments[1]))
data <- read.csv(arguments[2])
times <- as.integer(arguments[3])
how <- if (length(arguments) > 3) arguments[4] else ""

set.seed(1)
fit <- switch(how,
  fiml = function() sem(model, data, missing = "fiml"),
  bootstrap = function() suppressWarnings(sem(model, data, se = "bootstrap", bootstrap = 1000)),
  function() sem(model, data)
)
whole <- function() {
  found <- fit()
  fitMeasures(found)
  parameterEstimates(found, standardized = TRUE)
  found
}
timed <- function(f) {
  if (times > 1) for (i in 1:2) f() # compiled on the first two calls
  seconds <- sapply(seq_len(times), function(i) sum(system.time(f())[1:2]))
  c(min(seconds), median(seconds))
}
alone <- timed(fit)
all <- if (how == "bootstrap") alone else timed(whole)
found <- fit()
check <- if (how == "bootstrap") {
  with(parameterEstimates(found), se[lhs == "indirect"])
} else {
  fitMeasures(found, "chisq")
}
cat(alone, all, format(check, digits = 12), "\n")
