# Models of dyads over sessions: truth and bias and the person-mean-centred model by lme4 (degrees
# of freedom by lmerTest), the RI-CLPM and its detrended twin by lavaan.
source("shared.R")
suppressMessages({library(lmerTest); library(lavaan)})
set.seed(20261128)

# Client's and therapist's alliance (a truth of .35 congruence, bias -.35) and symptoms.
simulate <- function(n, longest, lengths = rep(longest, n), slope_sd = .14, trend = 0) {
  level <- matrix(rnorm(2 * n), n) %*% chol(matrix(c(.3, -.3, -.3, 9), 2))
  within <- matrix(rnorm(2 * n), n) %*% chol(matrix(c(.16, -.15, -.15, 4), 2))
  own <- trend * cbind(rnorm(n, 0, .1), rnorm(n, 0, .5))
  bias <- rnorm(n, -.35, .35)
  congruence <- rnorm(n, .35, slope_sd)
  rows <- NULL
  for (t in 1:longest) {
    if (t > 1) {
      noise <- matrix(rnorm(2 * n), n) %*% chol(matrix(c(.13, -.05, -.05, 3.2), 2))
      within <- within %*% t(matrix(c(.3, -.6, -.015, .4), 2)) + noise
    }
    client <- 3.7 + level[, 1] + within[, 1] + own[, 1] * t
    therapist <- 3.7 + level[, 1] + bias + congruence * within[, 1] + rnorm(n, 0, .25)
    symptom <- 14 - .5 * t + level[, 2] + within[, 2] + own[, 2] * t
    rows <- rbind(rows, data.frame(dyad = 1:n, session = t, client, therapist, symptom))
  }
  rows <- rows[rows$session <= lengths[rows$dyad], ]
  rows <- rows[order(rows$dyad, rows$session), ]
  rows[3:5] <- round(rows[3:5], 3)
  rows
}
gaps <- simulate(90, 6, trend = 1)
for (v in c("client", "therapist", "symptom")) gaps[runif(nrow(gaps)) < .08, v] <- NA
uneven <- simulate(150, 7, lengths = 1 + rgeom(150, .1), trend = 1.5)
edge <- simulate(60, 4, slope_sd = 0) # congruence does not vary between dyads
sets <- list(dyad_sessions_gaps = gaps, dyad_sessions_uneven = uneven, dyad_sessions_edge = edge)
waves <- c(dyad_sessions_gaps = 5, dyad_sessions_uneven = 6, dyad_sessions_edge = 4)

control <- lmerControl(optCtrl = list(xtol_abs = 1e-12, ftol_abs = 1e-14),
                       check.conv.singular = "ignore")
student <- function(row) {
  reach <- qt(.975, row[["df"]]) * row[["Std. Error"]]
  list(
    estimate = row[["Estimate"]], se = row[["Std. Error"]], t = row[["t value"]], df = row[["df"]],
    p = row[["Pr(>|t|)"]], low = row[["Estimate"]] - reach, high = row[["Estimate"]] + reach
  )
}

truth_bias <- function(d) {
  used <- d[!is.na(d$client) & !is.na(d$therapist), ]
  mean_client <- ave(used$client, used$dyad)
  used$gap <- used$therapist - mean_client
  used$dev <- used$client - mean_client
  fit <- lmer(gap ~ dev + (1 + dev | dyad), used, control = control)
  table <- summary(fit)$coefficients
  vc <- VarCorr(fit)$dyad
  sd <- attr(vc, "stddev")
  edge <- min(eigen(attr(vc, "correlation"))$values) < 1e-6 || min(sd) < 1e-6
  list(
    n = nrow(used), dyads = length(unique(used$dyad)), left_out = nrow(d) - nrow(used),
    direction = student(table[1, ]), congruence = student(table[2, ]),
    direction_sd = sd[[1]], congruence_sd = sd[[2]],
    correlation = attr(vc, "correlation")[1, 2], residual_sd = sigma(fit),
    loglik = as.numeric(logLik(fit)), at_the_edge = edge
  )
}

centred <- function(d) {
  d$x_mean <- ave(d$client, d$dyad, FUN = function(x) mean(x, na.rm = TRUE))
  d$y_mean <- ave(d$symptom, d$dyad, FUN = function(x) mean(x, na.rm = TRUE))
  before <- transform(d, session = session + 1, x_before = client - x_mean,
                      y_before = symptom - y_mean)
  used <- na.omit(merge(
    d[c("dyad", "session", "symptom", "x_mean")],
    before[c("dyad", "session", "x_before", "y_before")]
  ))
  fit <- lmer(symptom ~ x_before + x_mean + y_before + log(session) + (1 | dyad), used,
              control = control)
  table <- summary(fit)$coefficients
  list(
    n = nrow(used), dyads = length(unique(used$dyad)), left_out = nrow(d) - nrow(used),
    within = student(table["x_before", ]), between = student(table["x_mean", ]),
    autoregression = student(table["y_before", ]), time = student(table["log(session)", ])
  )
}

syntax <- function(T, detrended) {
  f <- function(format, ...) sprintf(format, ...)
  both <- function(g) unlist(lapply(c("x", "y"), g))
  t <- 1:T
  text <- c(
    both(function(v) f("I%s =~ %s", v, paste0("1*", v, t, collapse = " + "))),
    both(function(v) f("w%s%d =~ 1*%s%d", v, t, v, t)),
    f("wx%d ~ a*wx%d + b*wy%d", t[-1], t[-1] - 1, t[-1] - 1),
    f("wy%d ~ c*wx%d + d*wy%d", t[-1], t[-1] - 1, t[-1] - 1),
    f("wx%d ~~ wx%d + wy%d", t, t, t), f("wy%d ~~ wy%d", t, t),
    "Ix ~~ Ix + Iy", "Iy ~~ Iy",
    both(function(v) f("%s%d ~~ 0*%s%d", v, t, v, t)), both(function(v) f("%s%d ~ 1", v, t))
  )
  if (detrended) text <- c(
    text, both(function(v) f("S%s =~ %s", v, paste0(t - (T + 1) / 2, "*", v, t, collapse = " + "))),
    "Sx ~~ Sx + Sy + Ix + Iy", "Sy ~~ Sy + Ix + Iy"
  )
  paste(text, collapse = "\n")
}

paths <- function(wide, T, detrended) {
  fit <- suppressWarnings(lavaan(syntax(T, detrended), wide, missing = "fiml",
                                 control = list(rel.tol = 1e-10, iter.max = 5000)))
  stopifnot(lavInspect(fit, "converged"))
  all <- parameterEstimates(fit)
  one <- function(lhs, op, rhs) {
    r <- all[all$lhs == lhs & all$op == op & all$rhs == rhs, ]
    list(
      estimate = r$est, se = r$se, t = r$z, df = NULL, p = r$pvalue,
      low = r$ci.lower, high = r$ci.upper
    )
  }
  std <- standardizedSolution(fit)
  spread <- all$est[all$lhs == all$rhs & all$lhs %in% c("Ix", "Iy")]
  m <- as.list(fitMeasures(fit, c("chisq", "df", "pvalue", "cfi", "rmsea", "srmr", "logl")))
  list(
    within = list(
      x_after_x = one("wx2", "~", "wx1"), y_after_x = one("wy2", "~", "wx1"),
      x_after_y = one("wx2", "~", "wy1"), y_after_y = one("wy2", "~", "wy1")
    ),
    between = list(
      variance_x = one("Ix", "~~", "Ix"), variance_y = one("Iy", "~~", "Iy"),
      covariance = one("Ix", "~~", "Iy"),
      correlation = if (min(spread) > 0) std$est.std[std$lhs == "Ix" & std$rhs == "Iy"]
    ),
    chisq = m$chisq, df = m$df, p = m$pvalue, cfi = m$cfi, rmsea = m$rmsea, srmr = m$srmr,
    loglik = m$logl
  )
}

lagged <- function(d, T) {
  early <- d[d$session <= T, ]
  wide <- reshape(setNames(early[c("dyad", "session", "client", "symptom")],
                           c("dyad", "session", "x", "y")),
                  idvar = "dyad", timevar = "session", direction = "wide", sep = "")
  some <- wide[rowSums(!is.na(wide[-1])) > 0, ]
  list(
    n = nrow(some), sessions = T, left_out = nrow(wide) - nrow(some), later = nrow(d) - nrow(early),
    riclpm = paths(some, T, FALSE), detrended = paths(some, T, TRUE), detrended_refused = NULL
  )
}

for (name in names(sets)) {
  d <- sets[[name]]
  write.csv(d, here("data", paste0(name, ".csv")), row.names = FALSE, na = "")
  cases <- list(
    list(
      call = "truth_and_bias",
      arguments = list(dyad = "dyad", client = "client", therapist = "therapist"),
      value = truth_bias(d)
    ),
    list(
      call = "person_mean_centred",
      arguments = list(dyad = "dyad", session = "session", predictor = "client", outcome = "symptom"),
      value = centred(d)
    ),
    list(
      call = "lagged_effects",
      arguments = list(dyad = "dyad", session = "session", x = "client", y = "symptom",
                       sessions = waves[[name]]),
      value = lagged(d, waves[[name]])
    )
  )
  # Near zero, where two optimisers stop says nothing in relative terms.
  cases <- lapply(cases, function(case) c(case, atol = 3e-6))
  if (name == "dyad_sessions_uneven") cases[[3]] <- c(
    cases[[3]], rtol = 1e-4, why = "a Heywood case: variances below 0 that the data hardly determine"
  )
  write_expected(name, paste0(name, ".csv"), cases, c("lme4", "lmerTest", "lavaan"),
                 rtol = 1e-5, why = "both sides stop an optimiser", generator = "dyad_sessions")
}
