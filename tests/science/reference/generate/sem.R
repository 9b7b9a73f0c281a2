# Path models and latent variables by lavaan: fit measures and estimates of several data sets.
source("shared.R")
suppressPackageStartupMessages(library(lavaan))

# nlminb gives up at a gradient of 1e-6; BFGS goes on from there until nothing changes. Only the
# first fit has lavaan's baseline model.
tightly <- function(fit, ...) {
  begun <- fit(...)
  capture.output(tight <- suppressWarnings(fit(
    ..., start = begun, fixed.x = TRUE, optim.method = "BFGS", optim.force.converged = TRUE,
    control = list(reltol = 1e-16, maxit = 20000L)
  )))
  list(begun = begun, tight = tight)
}
cfa <- function(...) tightly(lavaan::cfa, ...)
sem <- function(...) tightly(lavaan::sem, ...)

MEASURES <- c(
  "chisq", "df", "pvalue", "cfi", "tli", "rmsea", "srmr", "logl", "unrestricted.logl",
  "aic", "bic", "npar", "baseline.chisq", "baseline.df"
)
NAMES <- c(
  "chisq", "df", "pvalue", "cfi", "tli", "rmsea", "srmr", "loglik", "loglik_saturated",
  "aic", "bic", "parameters", "baseline_chisq", "baseline_df"
)
SCALED <- c(
  "chisq.scaling.factor", "chisq.scaled", "pvalue.scaled", "cfi.scaled", "tli.scaled",
  "rmsea.scaled"
)
SCALED_NAMES <- c("scaling_factor", "chisq", "pvalue", "cfi", "tli", "rmsea")

named <- function(values, names) setNames(lapply(unname(values), as.numeric), names)

found <- function(fits, robust = FALSE) {
  begun <- fits$begun
  fit <- fits$tight
  if (max(abs(lavInspect(fit, "optim.gradient"))) > 1e-6) {
    stop("gradient of ", max(abs(lavInspect(fit, "optim.gradient"))))
  }
  measures <- named(fitMeasures(begun, MEASURES), NAMES)
  if (measures$df == 0) measures["pvalue"] <- list(NULL)
  # lavaan's uniroot stops at 1e-4: the bounds are found anew
  bounds <- rmsea_bounds(measures, fit)
  measures$rmsea_lower <- bounds[1]
  measures$rmsea_upper <- bounds[2]
  measures["scaled"] <- list(
    if (robust) named(fitMeasures(begun, SCALED), SCALED_NAMES) else NULL
  )
  table <- parameterEstimates(fit, standardized = TRUE)
  table <- table[table$op != "==", ]
  labels <- lavInspect(fit, "group.label")
  rows <- lapply(seq_len(nrow(table)), function(i) {
    row <- table[i, ]
    group <- if (length(labels) && row$op != ":=") labels[row$group] else NULL
    list(
      lhs = row$lhs, op = row$op, rhs = gsub(" ", "", row$rhs), group = group,
      est = row$est, se = row$se, p = if (is.na(row$pvalue)) NULL else row$pvalue,
      std = if (is.finite(row$std.all)) row$std.all else NULL
    )
  })
  list(n = lavInspect(fit, "ntotal"), fit = measures, estimates = rows)
}

rmsea_bounds <- function(measures, fit) {
  if (measures$df == 0) return(c(0, 0))
  groups <- lavInspect(fit, "ngroups")
  bound <- function(tail) {
    below <- function(ncp) pchisq(measures$chisq, measures$df, ncp) - tail
    if (below(0) < 0) return(0)
    ncp <- uniroot(below, c(0, 10 * measures$chisq + 100), tol = 1e-12)$root
    sqrt(groups * ncp / (measures$df * lavInspect(fit, "ntotal")))
  }
  c(bound(0.95), bound(0.05))
}

case <- function(model, value, ...) {
  list(call = "sem", arguments = list(model = model, ...), value = value)
}

# ------------------------------------------------------------------ Holzinger and Swineford
holzinger <- HolzingerSwineford1939[, c("school", paste0("x", 1:9))]
write.csv(holzinger, here("data", "holzinger.csv"), row.names = FALSE, quote = FALSE)
cfa_text <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
tests <- paste0("x", 1:9)
scalar <- c("loadings", "intercepts")
labelled <- paste(
  "visual =~ x1 + c(a1, a2)*x2 + c(b, b)*x3",
  "textual =~ x4 + x5 + x6",
  "visual ~~ textual",
  "change := a1 - a2",
  sep = "\n"
)
bounded <- paste(
  "visual =~ NA*x1 + a*x2 + b*x3",
  "visual ~~ 1*visual # in units of its own",
  "x1 ~~ v*x1; x2 ~~ v*x2",
  "a == 0.5*b",
  sep = "\n"
)
write_expected("sem_holzinger", "holzinger.csv", list(
  case(cfa_text, found(cfa(cfa_text, holzinger))),
  case(cfa_text, estimator = "MLR",
       value = found(cfa(cfa_text, holzinger, estimator = "MLR"), TRUE)),
  case(cfa_text, group = "school",
       value = found(cfa(cfa_text, holzinger, group = "school"))),
  case(cfa_text, group = "school", equal = scalar,
       value = found(cfa(cfa_text, holzinger, group = "school", group.equal = scalar))),
  case(labelled, group = "school", estimator = "MLR",
       value = found(cfa(labelled, holzinger, group = "school", estimator = "MLR"), TRUE)),
  case(bounded, found(cfa(bounded, holzinger))),
  list(
    call = "sem_of_moments",
    arguments = list(model = cfa_text, names = tests, n = 301, cov = cov(holzinger[, tests])),
    value = found(cfa(cfa_text, sample.cov = cov(holzinger[, tests]), sample.nobs = 301))
  )
), "lavaan", rtol = 1e-5, why = "optimiser", generator = "sem")

# ------------------------------------------------------------------ Political democracy
write.csv(PoliticalDemocracy, here("data", "democracy.csv"), row.names = FALSE)
democracy <- paste(
  "ind60 =~ x1 + x2 + x3",
  "dem60 =~ y1 + a*y2 + b*y3 +",
  "  c*y4",
  "dem65 =~ y5 + a*y6 + b*y7 + c*y8",
  "dem60 ~ ind60",
  "dem65 ~ ind60 + dem60",
  "y1 ~~ y5; y2 ~~ y4 + y6",
  "y3 ~~ y7",
  "y4 ~~ y8",
  "y6 ~~ y8",
  sep = "\n"
)
write_expected("sem_democracy", "democracy.csv", list(
  case(democracy, found(sem(democracy, PoliticalDemocracy))),
  case(democracy, estimator = "MLR",
       value = found(sem(democracy, PoliticalDemocracy, estimator = "MLR"),
                     TRUE))
), "lavaan", rtol = 1e-5, why = "optimiser", generator = "sem")

# ------------------------------------------------------------------ a panel, whole and with gaps
set.seed(20261125)
people <- 300
waves <- 4
lag <- matrix(c(0.3, -0.15, -0.1, 0.4), 2)
trait <- matrix(rnorm(2 * people), people) %*% chol(matrix(c(0.6, -0.2, -0.2, 0.8), 2))
within <- matrix(rnorm(2 * people), people) %*% chol(matrix(c(1, -0.3, -0.3, 1), 2))
panel <- NULL
for (t in seq_len(waves)) {
  if (t > 1) {
    shock <- matrix(rnorm(2 * people), people) %*% chol(matrix(c(0.8, -0.15, -0.15, 0.8), 2))
    within <- within %*% t(lag) + shock
  }
  panel <- cbind(panel, trait + within + rep(c(5 + 0.1 * t, 10 - 0.5 * t), each = people))
}
colnames(panel) <- paste0(c("x", "y"), rep(seq_len(waves), each = 2))
panel <- round(as.data.frame(panel), 4)
write.csv(panel, here("data", "panel.csv"), row.names = FALSE)

xs <- paste0("x", 1:waves)
ys <- paste0("y", 1:waves)
riclpm <- function(invariant) {
  w <- function(t) if (invariant) "" else t
  lags <- sapply(2:waves, function(t) sprintf(
    "w_x%d ~ ar_x%s*w_x%d + cross_yx%s*w_y%d\nw_y%d ~ cross_xy%s*w_x%d + ar_y%s*w_y%d",
    t, w(t), t - 1, w(t), t - 1, t, w(t), t - 1, w(t), t - 1
  ))
  paste(c(
    paste("RI_x =~", paste0("1*", xs, collapse = " + ")),
    paste("RI_y =~", paste0("1*", ys, collapse = " + ")),
    sprintf("w_x%d =~ 1*x%d", 1:waves, 1:waves),
    sprintf("w_y%d =~ 1*y%d", 1:waves, 1:waves),
    lags,
    sprintf("w_x%d ~~ w_y%d", 1:waves, 1:waves),
    "RI_x ~~ RI_y",
    sprintf("w_%s%d ~~ w_%s%d", c("x", "y"), rep(1:waves, each = 2), c("x", "y"),
            rep(1:waves, each = 2)),
    "RI_x ~~ RI_x", "RI_y ~~ RI_y",
    "RI_x ~~ 0*w_x1", "RI_x ~~ 0*w_y1", "RI_y ~~ 0*w_x1", "RI_y ~~ 0*w_y1",
    sprintf("%s ~~ 0*%s", c(xs, ys), c(xs, ys)),
    sprintf("%s ~ 1", c(xs, ys))
  ), collapse = "\n")
}
panel_case <- function(value, invariant, ...) {
  list(call = "riclpm", arguments = list(x = xs, y = ys, invariant = invariant, ...),
       value = value)
}
write_expected("sem_panel", "panel.csv", list(
  panel_case(found(sem(riclpm(FALSE), panel)), FALSE),
  panel_case(found(sem(riclpm(TRUE), panel)), TRUE)
), "lavaan", rtol = 1e-5, why = "optimiser", generator = "sem")

gaps <- panel
for (t in 2:waves) {
  gone <- runif(people) < plogis(-3 + 0.3 * (panel[[ys[t - 1]]] - 9))
  gaps[gone, c(xs[t:waves], ys[t:waves])] <- NA
}
for (name in names(gaps)[-(1:2)]) gaps[runif(people) < 0.04, name] <- NA
write.csv(gaps, here("data", "panel_gaps.csv"), row.names = FALSE, na = "")
EM <- list(em.h1.tol = 1e-12, em.h1.iter.max = 5000L)
fiml <- function(model, data, ...) do.call(sem, c(
  list(model, data, missing = "fiml", ...), EM
))
write_expected("sem_panel_gaps", "panel_gaps.csv", list(
  panel_case(found(fiml(riclpm(FALSE), gaps)), FALSE, missing = "fiml"),
  panel_case(found(fiml(riclpm(TRUE), gaps)), TRUE, missing = "fiml"),
  panel_case(found(fiml(riclpm(TRUE), gaps, estimator = "MLR"), TRUE), TRUE, missing = "fiml",
             estimator = "MLR"),
  panel_case(found(sem(riclpm(TRUE), gaps)), TRUE)
), "lavaan", rtol = 1e-5, why = "optimiser", generator = "sem")

# ------------------------------------------------------------------ mediation with covariates
set.seed(7)
n <- 140
x <- rnorm(n)
z <- 0.4 * x + rnorm(n)
m <- 0.5 * x + 0.2 * z + rnorm(n)
y <- 0.4 * m + 0.1 * x + rexp(n)
clinic <- rep(c("north", "south"), c(95, 45))
mediation <- round(data.frame(x, z, m, y), 4)
mediation$clinic <- clinic
mediation$m[c(3, 17, 60, 99)] <- NA
mediation$y[c(4, 17, 61)] <- NA
mediation$z[20] <- NA
write.csv(mediation, here("data", "mediation.csv"), row.names = FALSE, na = "", quote = FALSE)
path <- paste(
  "m ~ a*x + z",
  "y ~ b*m + c*x",
  "indirect := a*b",
  "total := indirect + c",
  "share := indirect/total",
  sep = "\n"
)
equal_paths <- sub("c*x", "c*x + z", path, fixed = TRUE)
write_expected("sem_mediation", "mediation.csv", list(
  case(path, found(sem(path, mediation))),
  case(path, estimator = "MLR",
       value = found(sem(path, mediation, estimator = "MLR"), TRUE)),
  case(path, missing = "fiml", value = found(fiml(path, mediation))),
  case(path, missing = "fiml", estimator = "MLR",
       value = found(fiml(path, mediation, estimator = "MLR"), TRUE)),
  case("m ~ x + z\ny ~ m + x + z", found(sem("m ~ x + z\ny ~ m + x + z", mediation))),
  case(equal_paths, group = "clinic",
       value = found(sem(equal_paths, mediation, group = "clinic")))
), "lavaan", rtol = 1e-5, why = "optimiser", generator = "sem")

# ------------------------------------------------------------------ near the boundary
set.seed(3)
n <- 80
f <- rnorm(n)
edge <- round(data.frame(
  u1 = f + 0.15 * rnorm(n), u2 = 0.9 * f + 0.8 * rnorm(n), u3 = 0.8 * f + 0.9 * rnorm(n),
  u4 = 0.7 * f + rnorm(n)
), 4)
write.csv(edge, here("data", "edge.csv"), row.names = FALSE)
one <- "f =~ u1 + u2 + u3 + u4"
write_expected("sem_edge", "edge.csv", list(
  case(one, found(cfa(one, edge))),
  case(one, estimator = "MLR",
       value = found(cfa(one, edge, estimator = "MLR"), TRUE))
), "lavaan", rtol = 1e-5, why = "optimiser", generator = "sem")
