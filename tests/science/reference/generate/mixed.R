# Linear mixed models by lme4, with Satterthwaite's degrees of freedom by lmerTest.
source("shared.R")
suppressMessages(library(lmerTest))
packages <- c("lme4", "lmerTest", "numDeriv")
why <- "two optimisers; lme4's gradient and lmerTest's Hessian are differences of the deviance"

# Sessions of clients of therapists, with the truth given by covariances of random effects.
sessions <- function(seed, therapists, clients, most, client, therapist, residual = 2) {
  set.seed(seed)
  d <- expand.grid(session = seq_len(most), client = seq_len(therapists * clients))
  d$therapist <- (d$client - 1) %/% clients + 1
  d$arm <- ifelse(d$client %% 2 == 0, "waiting", "treated")
  d$intake <- round(rnorm(therapists * clients), 2)[d$client]
  d$t <- round(log(d$session), 4)
  draw <- function(n, s) matrix(rnorm(2 * n), n) %*% chol(s + diag(1e-9, 2))
  u <- draw(therapists * clients, client)[d$client, ]
  v <- draw(therapists, therapist)[d$therapist, ]
  d$bdi <- round(18 - 2 * d$t + 3 * d$intake - (d$arm == "treated") * d$t +
    u[, 1] + v[, 1] + (u[, 2] + v[, 2]) * d$t + rnorm(nrow(d), 0, residual), 2)
  d
}
write <- function(d, name) write.csv(d, here("data", name), row.names = FALSE, na = "")

spread <- matrix(c(9, -1.5, -1.5, 1.2), 2)
none <- matrix(0, 2, 2)
missing <- sessions(1, 8, 9, 7, spread, none)
missing$bdi[runif(nrow(missing)) < .2] <- NA
missing$intake[runif(nrow(missing)) < .03] <- NA
write(missing, "mixed_missing.csv")

unbalanced <- sessions(2, 12, 12, 9, spread, matrix(c(2, .3, .3, .4), 2))
lasts <- sample(1:9, 144, TRUE, prob = 9:1)
unbalanced <- unbalanced[unbalanced$session <= lasts[unbalanced$client], ]
write(unbalanced, "mixed_unbalanced.csv")

boundary <- sessions(9, 6, 8, 5, matrix(c(4, 1.2, 1.2, .36), 2), none)
write(boundary, "mixed_boundary.csv")

# Clients who were seen by several therapists, and rated by several coders.
set.seed(4)
crossed <- expand.grid(client = 1:30, coder = 1:8)
crossed$therapist <- sample(1:10, nrow(crossed), TRUE)
crossed$x <- round(rnorm(nrow(crossed)), 2)
crossed$rating <- round(5 + .4 * crossed$x + rnorm(30)[crossed$client] + rnorm(8, 0, .6)[crossed$coder] +
  rnorm(8, 0, .3)[crossed$coder] * crossed$x + rnorm(10, 0, .5)[crossed$therapist] + rnorm(240, 0, .8), 2)
crossed <- crossed[runif(240) < .85, ]
write(crossed, "mixed_crossed.csv")

# lme4 compares deviances and so finds half the digits of a minimum; Newton's steps find the rest.
fit <- function(formula, d, reml) {
  formula <- as.formula(formula, env = environment())
  parts <- lFormula(formula, d, REML = reml)
  deviance <- do.call(mkLmerDevfun, parts)
  found <- optimizeLmer(deviance, control = list(xtol_abs = 1e-10, ftol_abs = 1e-12, maxeval = 1e5))
  theta <- found$par
  edge <- parts$reTrms$lower == 0 & theta < 1e-3
  theta[edge] <- 0
  at <- function(free) deviance(replace(theta, !edge, free))
  for (step in 1:4) {
    theta[!edge] <- theta[!edge] -
      solve(numDeriv::hessian(at, theta[!edge]), numDeriv::grad(at, theta[!edge]))
  }
  attributes(theta) <- NULL
  found[c("par", "fval")] <- list(theta, deviance(theta))
  call <- bquote(lmer(formula = .(formula), data = d, REML = .(reml)))
  as_lmerModLmerTest(mkMerMod(environment(deviance), found, parts$reTrms, parts$fr, call))
}

# `therapist/client` is `client:therapist` to lme4 and `therapist:client` to us.
named <- function(group, formula) {
  if (grepl("/", formula)) paste(rev(strsplit(group, ":")[[1]]), collapse = ":") else group
}

spreads <- function(m, formula) {
  parts <- VarCorr(m)
  names(parts) <- sub("\\.[0-9]+$", "", names(parts)) # the second block of a factor
  out <- list()
  for (i in seq_along(parts)) {
    group <- named(names(parts)[i], formula)
    sd <- attr(parts[[i]], "stddev")
    out[[group]] <- c(out[[group]], as.list(sd))
  }
  out
}

fitted <- function(d, formula, reml) {
  m <- fit(formula, d, reml)
  table <- coef(summary(m))
  list(
    call = "mixed_fit", arguments = list(formula = formula, reml = reml),
    value = list(
      n = nobs(m), loglik = as.numeric(logLik(m)), aic = AIC(m), bic = BIC(m),
      fixed = setNames(lapply(seq_len(nrow(table)), function(i) {
        list(estimate = table[i, 1], se = table[i, 2])
      }), rownames(table)),
      sd = spreads(m, formula), residual_sd = sigma(m)
    )
  )
}

tested <- function(d, formula) {
  m <- fit(formula, d, TRUE)
  table <- coef(summary(m))
  corr <- list()
  for (part in VarCorr(m)) {
    r <- attr(part, "correlation")
    if (nrow(r) > 1) corr <- c(corr, list(r[2, 1]))
  }
  list(
    call = "mixed_tests", arguments = list(formula = formula),
    value = list(df = as.list(setNames(table[, "df"], rownames(table))), corr = corr)
  )
}

predicted <- function(d, formula, group, rows) {
  m <- fit(formula, d, TRUE)
  r <- as.data.frame(ranef(m, condVar = TRUE))
  r <- r[r$grpvar == group, ]
  effects <- split(r[, c("condval", "condsd")], as.character(r$term))
  list(
    list(
      call = "mixed_effects", arguments = list(formula = formula, group = group),
      value = list(
        labels = as.character(r$grp[r$term == r$term[1]]),
        values = lapply(effects, function(e) e$condval), sd = lapply(effects, function(e) e$condsd)
      ), atol = 1e-6, why = "some effects are nearly 0"
    ),
    expected(d, formula, rows)
  )
}

# The spread of a new case adds that of each random term, the residual and the fixed effects'.
expected <- function(d, formula, rows) {
  m <- fit(formula, d, TRUE)
  x <- model.matrix(as.formula(sub("^[^~]*", "", nobars(formula))), rows)
  v <- diag(x %*% as.matrix(vcov(m)) %*% t(x))
  between <- 0
  for (s in VarCorr(m)) {
    z <- as.matrix(cbind("(Intercept)" = 1, rows)[colnames(s)])
    between <- between + rowSums((z %*% s) * z)
  }
  list(
    call = "mixed_prediction", arguments = list(formula = formula, rows = lapply(rows, I)),
    value = list(
      mean = I(as.numeric(x %*% fixef(m))), se = I(sqrt(as.numeric(v))),
      sd = I(sqrt(as.numeric(v + between + sigma(m)^2)))
    )
  )
}
nobars <- function(formula) sub("\\+ *\\(.*", "", formula)

compared <- function(d, smaller, larger) {
  a <- anova(fit(smaller, d, FALSE), fit(larger, d, FALSE))
  list(
    call = "mixed_compare", arguments = list(smaller = smaller, larger = larger),
    value = list(chisq = a$Chisq[2], df = a$Df[2], p = a$`Pr(>Chisq)`[2])
  )
}

slope <- "bdi ~ t * arm + intake + (1 + t | client)"
apart <- "bdi ~ t * arm + intake + (t || client)"
only <- "bdi ~ t * arm + intake + (1 | client)"
rows <- data.frame(t = c(0, 1.5), arm = c("treated", "waiting"), intake = c(-1, .5))
first <- data.frame(t = 1.5)

save <- function(name, cases) {
  write_expected(name, paste0(name, ".csv"), cases, packages, 1e-5, why, "mixed")
}
save("mixed_missing", c(
  lapply(c(slope, apart, only), function(f) fitted(missing, f, TRUE)),
  lapply(c(slope, only), function(f) fitted(missing, f, FALSE)),
  lapply(c(slope, only), function(f) tested(missing, f)),
  list(compared(missing, only, slope)),
  predicted(missing, slope, "client", rows),
  list(
    expected(missing, only, rows),
    expected(missing, "bdi ~ t + (1 | client)", first),
    expected(missing, "bdi ~ 1 + (1 | client)", first)
  )
))

nested <- "bdi ~ t * arm + intake + (1 + t | therapist) + (1 + t | therapist:client)"
levels <- "bdi ~ t + (1 | therapist/client)"
save("mixed_unbalanced", c(
  lapply(c(slope, nested, levels), function(f) fitted(unbalanced, f, TRUE)),
  lapply(c(slope, nested), function(f) fitted(unbalanced, f, FALSE)),
  lapply(c(slope, nested, levels), function(f) tested(unbalanced, f)),
  list(compared(unbalanced, only, nested)),
  lapply(c(nested, only), function(f) expected(unbalanced, f, rows)),
  list(expected(unbalanced, levels, rows), expected(unbalanced, levels, first))
))

# Here the correlation of intercept and slope is 1, and therapists do not differ.
flat <- "bdi ~ t * arm + intake + (1 | therapist) + (1 + t | client)"
save("mixed_boundary", c(
  lapply(c(slope, flat), function(f) fitted(boundary, f, TRUE)),
  lapply(c(slope, flat), function(f) fitted(boundary, f, FALSE)),
  list(tested(boundary, slope))
))

coded <- "rating ~ x + (1 + x | coder) + (1 | client)"
both <- "rating ~ x + (1 | client) + (1 | coder) + (1 | therapist)"
save("mixed_crossed", c(
  lapply(c(coded, both), function(f) fitted(crossed, f, TRUE)),
  lapply(c(coded, both), function(f) fitted(crossed, f, FALSE)),
  lapply(c(coded, both), function(f) tested(crossed, f)),
  lapply(c(coded, both), function(f) expected(crossed, f, data.frame(x = c(-1, 0, 2)))),
  list(expected(crossed, both, data.frame(x = .5)))
))
