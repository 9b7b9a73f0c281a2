# The same models in R: seconds of each, the best of five, reading not counted.
suppressPackageStartupMessages(library(survival))
d <- read.csv(commandArgs(TRUE)[1])
d$y <- as.numeric(d$event == 1)
last <- d[!duplicated(d$client, fromLast = TRUE), ]
last$how <- factor(last$event, 0:2)
say <- function(name, call) {
  cat(sprintf("%s %.4f\n", name, min(replicate(5, system.time(call())[["elapsed"]]))))
}
say("glm", function() glm(y ~ log(session) + alliance, binomial, d))
say("coxph ties", function() coxph(Surv(session - 1, session, y) ~ alliance, d))
say("coxph robust", function() {
  coxph(Surv(session - 1, session, y) ~ alliance, d, cluster = therapist)
})
say("coxph exact", function() coxph(Surv(start, stop, y) ~ alliance, d))
say("survfit", function() survfit(Surv(session, how) ~ 1, last))
