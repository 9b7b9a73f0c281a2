# The R peer of bench_dyad.py speed: truth and bias by lme4, RI-CLPM and detrended twin by lavaan.
# Rscript dyad.R SESSIONS.csv; prints seconds, fastest of five, and the log-likelihoods.
suppressMessages({library(lme4); library(lavaan)})
d <- read.csv(commandArgs(trailingOnly = TRUE)[1])

truth_bias <- function() {
  m <- ave(d$alliance_client, d$dyad)
  rows <- data.frame(gap = d$alliance_therapist - m, dev = d$alliance_client - m, dyad = d$dyad)
  logLik(lmer(gap ~ dev + (1 + dev | dyad), rows))[1]
}

t <- 1:5
waves <- function(v) {
  c(
    paste0("I", v, " =~ ", paste0("1*", v, t, collapse = " + ")),
    paste0("w", v, t, " =~ 1*", v, t), paste0(v, t, " ~~ 0*", v, t), paste0(v, t, " ~ 1")
  )
}
line <- function(v) paste0("S", v, " =~ ", paste0(t - 3, "*", v, t, collapse = " + "))
model <- c(
  waves("x"), waves("y"),
  sprintf("wx%d ~ a*wx%d + b*wy%d", t[-1], t[-1] - 1, t[-1] - 1),
  sprintf("wy%d ~ c*wx%d + d*wy%d", t[-1], t[-1] - 1, t[-1] - 1),
  sprintf("wx%d ~~ wx%d + wy%d", t, t, t), sprintf("wy%d ~~ wy%d", t, t),
  "Ix ~~ Ix + Iy", "Iy ~~ Iy"
)
twin <- c(model, line("x"), line("y"), "Sx ~~ Sx + Sy + Ix + Iy", "Sy ~~ Sy + Ix + Iy")
lagged <- function() {
  early <- setNames(d[d$session <= 5, c("dyad", "session", "alliance_client", "symptom")],
                    c("dyad", "session", "x", "y"))
  wide <- reshape(early, idvar = "dyad", timevar = "session", direction = "wide", sep = "")
  sapply(list(model, twin), function(m) logLik(lavaan(m, wide, missing = "fiml"))[1])
}
for (f in list(truth_bias, lagged)) {
  found <- f() # compiled on the first calls
  seconds <- min(sapply(1:5, function(i) system.time(f())[["elapsed"]]))
  cat(seconds, format(found, digits = 12), "\n")
}
