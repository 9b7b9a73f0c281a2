# How good predicted chances of dropout are: AUC, Brier score and calibration at a horizon, with
# weights for those followed too briefly, written out as the definitions have it; and predictions
# after each session with the delta method by numerical derivatives.
source("shared.R")
suppressPackageStartupMessages(library(survival))

set.seed(4115)
n <- 400
predicted <- data.frame(client = seq_len(n), risk = round(plogis(rnorm(n, -0.8, 1.1)), 3))
ends <- pmin(12, 1 + rgeom(n, 0.02 + 0.16 * predicted$risk))
done <- 4 + rpois(n, 6)
lost <- ifelse(runif(n) < 0.4, sample(1:14, n, replace = TRUE), 99)
predicted$session <- pmin(ends, done, lost, 12)
predicted$event <- ifelse(predicted$session == ends & ends < 12, 1,
  ifelse(predicted$session == done, 2, 0)
)
write.csv(predicted, here("data", "dropout_predictions.csv"), row.names = FALSE, quote = FALSE)

# Known at `by`: ended, or seen at `by`. Weight: 1 / chance of being followed up to just before.
# Somebody lost at a session was seen there, so endings at that session come first.
weights_at <- function(d, by) {
  until <- pmin(d$session, by)
  later <- ifelse(d$event == 0, d$session + 0.5, d$session)
  g <- survfit(Surv(later, d$event == 0) ~ 1)
  1 / summary(g, times = until - 0.25, extend = TRUE)$surv[order(order(until))]
}

measured <- function(d, after, by) {
  d <- d[d$session >= after, ]
  known <- d$event > 0 | d$session >= by
  w <- weights_at(d, by)[known]
  d <- d[known, ]
  y <- as.numeric(d$event == 1 & d$session <= by)
  p <- d$risk
  case <- which(y == 1)
  control <- which(y == 0)
  higher <- outer(p[case], p[control], function(a, b) (a > b) + (a == b) / 2)
  v <- (higher %*% w[control] / sum(w[control]))[, 1]
  u <- (w[case] %*% higher / sum(w[case]))[1, ]
  area <- sum(w[case] * v) / sum(w[case])
  spread <- function(x, w) sum(w^2 * (x - area)^2) / sum(w)^2 * length(x) / (length(x) - 1)
  mean_y <- weighted.mean(y, w)
  sandwich <- function(f) {
    x <- model.matrix(f)
    bread <- solve(crossprod(x, x * w * fitted(f) * (1 - fitted(f))))
    sqrt(diag(bread %*% crossprod(x * w * (y - fitted(f))) %*% bread))
  }
  tight <- glm.control(epsilon = 1e-15, maxit = 100)
  level <- glm(y ~ 1, quasibinomial, weights = w, offset = qlogis(p), control = tight)
  line <- glm(y ~ qlogis(p), quasibinomial, weights = w, control = tight)
  member <- cut(p, unique(c(-Inf, quantile(p, 1:9 / 10), Inf)))
  list(
    unknown = sum(!known), n = length(y), events = sum(y),
    auc = area, auc_se = sqrt(spread(v, w[case]) + spread(u, w[control])),
    brier = weighted.mean((y - p)^2, w), brier_of_mean = mean_y * (1 - mean_y),
    intercept = coef(level)[[1]], intercept_se = sandwich(level)[[1]],
    slope = coef(line)[[2]], slope_se = sandwich(line)[[2]],
    groups = lapply(unname(split(seq_along(y), member)), function(i) {
      s <- weighted.mean(y[i], w[i])
      m <- sum(w[i])^2 / sum(w[i]^2) # worth this many equal weights; Wilson's interval
      ends <- range(Re(polyroot(c(s^2, -2 * s - qnorm(.975)^2 / m, 1 + qnorm(.975)^2 / m))))
      list(
        n = length(i), events = sum(y[i]), predicted = weighted.mean(p[i], w[i]), observed = s,
        low = max(ends[1], 0), high = min(ends[2], 1)
      )
    })
  )
}

d <- read.csv(here("data", "dropout_predictions.csv"))
cases <- lapply(list(c(1, 12), c(1, 6), c(3, 8)), function(h) list(
  call = "accuracy_at", arguments = list(after = h[1], by = h[2]), value = measured(d, h[1], h[2])
))
write_expected("dropout_accuracy", "dropout_predictions.csv", cases, "survival",
  rtol = 1e-7, why = "polynomial roots and weights that R's glm rounds",
  generator = "dropout_accuracy"
)

# Each rating beside each session that its client held from then on.
held <- read.csv(here("data", "dropout_missing.csv"))
rated <- na.omit(held)
d <- merge(rated, held[, c("client", "session", "event")], by = "client", suffixes = c("", ".later"))
d <- d[d$session.later >= d$session, ]
d$age <- log(1 + d$session.later - d$session)
fit <- function(cause, d) {
  d$y <- as.numeric(d$event.later == cause)
  f <- NULL
  for (again in 1:4) {
    f <- glm(y ~ log(session.later) + alliance + first + age + alliance:age + first:age, binomial, d,
      start = coef(f), control = glm.control(epsilon = 1e-15, maxit = 100)
    )
  }
  score <- model.matrix(f) * (d$y - fitted(f))
  bread <- summary(f)$cov.unscaled
  list(b = coef(f), v = bread %*% crossprod(rowsum(score, d$client)) %*% bread)
}
dropout <- fit(1, d)
planned <- fit(2, d[d$event.later != 1, ])
chances <- function(b, session, rated, x, by) {
  s <- session:by
  age <- log(1 + s - rated)
  rows <- cbind(1, log(s), x[1], x[2], age, x[1] * age, x[2] * age)
  h1 <- plogis(rows %*% b[1:7])[, 1]
  h2 <- plogis(rows %*% b[8:14])[, 1]
  here <- cumprod(c(1, (1 - h1) * (1 - h2)))
  c(dropout = sum(here[seq_along(s)] * h1), planned = sum(here[seq_along(s)] * (1 - h1) * h2),
    staying = here[length(here)])
}
b <- c(dropout$b, planned$b)
v <- matrix(0, 14, 14)
v[1:7, 1:7] <- dropout$v
v[8:14, 8:14] <- planned$v
course <- list(c(0.4, 1), c(-0.3, 1), c(-1.2, 1), c(-1.2, 1), c(0.9, 1))
rated <- c(1, 2, 3, 3, 5) # the fourth session was not rated
cases <- list(list(
  call = "prospects",
  arguments = list(
    covariates = c("alliance", "first"), by = 12, sessions = as.list(1:5),
    ratings = list(list(0.4, 1), list(-0.3, 1), list(-1.2, 1), list(NULL, 1), list(0.9, 1))
  ),
  value = lapply(1:5, function(j) {
    at <- function(b) chances(b, j, rated[j], course[[j]], 12)
    p <- at(b)
    logit <- function(b) qlogis(at(b)[[1]])
    slope <- sapply(1:14, function(k) {
      h <- replace(numeric(14), k, 1e-3)
      (8 * (logit(b + h) - logit(b - h)) - (logit(b + 2 * h) - logit(b - 2 * h))) / 12e-3
    })
    reach <- qnorm(0.975) * sqrt(slope %*% v %*% slope)[1, 1]
    list(
      session = j, rated = rated[j], by = 12, dropout = p[["dropout"]],
      low = plogis(logit(b) - reach), high = plogis(logit(b) + reach),
      planned = p[["planned"]], staying = p[["staying"]]
    )
  })
))
write_expected("dropout_prospects", "dropout_missing.csv", cases,
  rtol = 1e-7, why = "numerical derivatives", generator = "dropout_accuracy"
)
