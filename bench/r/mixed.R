# Times lmer on the file that bench_mixed.py wrote: Rscript mixed.R DATA.csv FORMULA
suppressMessages(library(lme4))
arguments <- commandArgs(TRUE)
rows <- read.csv(arguments[1])
timed <- system.time(fit <- suppressWarnings(lmer(as.formula(arguments[2]), rows)))
cat(sprintf(
  "{\"seconds\": %.4f, \"cpu\": %.4f, \"loglik\": %.8f, \"lme4\": \"%s\"}\n",
  timed[["elapsed"]], timed[["user.self"]] + timed[["sys.self"]], as.numeric(logLik(fit)), as.character(packageVersion("lme4"))
))
