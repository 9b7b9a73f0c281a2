# One client's place in a mixed model fitted by lme4: effects, next rating and its full variance,
# from the client's whole covariance matrix V; and nearest neighbours on standardised intake.
source("shared.R")
suppressPackageStartupMessages(library(lme4))
set.seed(20261126)

# Three practices: ratings missing at random; 2 to 14 sessions each; no slopes of their own, so
# that the covariance of the random effects is on its boundary.
simulate <- function(set, clients, sessions, d, missing) {
  do.call(rbind, lapply(seq_len(clients), function(client) {
    n <- sessions()
    intake <- rnorm(1, 20, 6)
    u <- t(chol(d + diag(1e-12, 2))) %*% rnorm(2)
    t <- log(2:n)
    s <- intake - 20
    score <- 18 + 0.6 * s + (-2.5 - 0.08 * s) * t + u[1] + u[2] * t + rnorm(n - 1, 0, 2.5)
    given <- runif(n - 1) >= missing
    data.frame(set = set, client = client, session = c(1, (2:n)[given]),
               score = round(c(intake, score[given]), 3))
  }))
}
d <- matrix(c(9, -2, -2, 3), 2)
data <- rbind(
  simulate("missing", 60, function() 10, d, 0.3),
  simulate("unbalanced", 80, function() sample(2:14, 1), d, 0),
  simulate("boundary", 50, function() 6, matrix(c(6, 0, 0, 0), 2), 0)
)
write.csv(data, here("data", "courses.csv"), row.names = FALSE, quote = FALSE)
data <- read.csv(here("data", "courses.csv"))

courses <- function(set) {
  rows <- data[data$set == set, ]
  first <- rows[rows$session == 1, ]
  intake <- setNames(first$score, first$client)
  later <- rows[rows$session > 1, ]
  later$s <- intake[as.character(later$client)] - mean(intake)
  later$t <- log(later$session)
  fit <- suppressMessages(lmer(score ~ t * s + (1 + t | client), later,
    control = lmerControl(optCtrl = list(xtol_abs = 1e-10, ftol_abs = 1e-10))))
  order <- c("(Intercept)", "t", "s", "t:s")
  beta <- fixef(fit)[order]
  covariance <- as.matrix(vcov(fit))[order, order]
  d <- matrix(VarCorr(fit)$client, 2)
  if (set == "boundary") stopifnot(isSingular(fit, tol = 1e-3))
  model <- list(
    fixed = as.list(unname(beta)), random = list(d[1, 1], d[1, 2], d[2, 2]),
    residual_sd = sigma(fit),
    fixed_covariance = lapply(1:4, function(i) as.list(unname(covariance[i, ]))),
    intake_mean = mean(intake), intake_sd = sd(intake), clients = length(intake)
  )
  lapply(c(1, 7, 20, 33, 46), function(client) {
    own <- later[later$client == client, ]
    x <- cbind(1, own$t, own$s, own$t * own$s)
    z <- cbind(1, own$t)
    v <- z %*% d %*% t(z) + sigma(fit)^2 * diag(nrow(own))
    k <- d %*% t(z) %*% solve(v)
    u <- drop(k %*% (own$score - x %*% beta))
    stopifnot(max(abs(u - unlist(ranef(fit)$client[as.character(client), ]))) < 1e-6)
    session <- max(own$session) + 1
    s <- own$s[1]
    xn <- c(1, log(session), s, s * log(session))
    zn <- c(1, log(session))
    left <- xn - drop(zn %*% k %*% x)
    variance <- drop(zn %*% (d - k %*% z %*% d) %*% zn) + sigma(fit)^2 +
      drop(left %*% covariance %*% left)
    new <- drop(zn %*% d %*% zn) + sigma(fit)^2 + drop(xn %*% covariance %*% xn)
    list(
      call = "course",
      arguments = list(model = model, set = set, client = client, session = session),
      value = list(
        intercept = u[1], slope = u[2], mean = sum(xn * beta) + sum(zn * u), sd = sqrt(variance),
        boundary = sum(xn * beta) + qnorm(0.9) * sqrt(new)
      )
    )
  })
}

nearest <- function(set, client, k) {
  first <- data[data$set == set & data$session <= 2, ]
  wide <- sapply(1:2, function(session) {
    rows <- first[first$session == session, ]
    rows$score[match(unique(first$client), rows$client)]
  })
  others <- wide[-client, ]
  used <- which(complete.cases(others))
  away <- sweep(others[used, ], 2, wide[client, ]) %*% diag(1 / apply(others[used, ], 2, sd))
  distance <- sqrt(rowSums(away^2))
  chosen <- order(distance)[1:k]
  list(index = as.list(used[chosen] - 1), distance = as.list(distance[chosen]))
}
neighbours <- lapply(list(c("missing", 3), c("unbalanced", 8), c("boundary", 21)), function(of) {
  client <- as.integer(of[2])
  list(
    call = "nearest_clients", arguments = list(set = of[1], client = client, k = 20),
    value = nearest(of[1], client, 20)
  )
})
sets <- unlist(lapply(c("missing", "unbalanced", "boundary"), courses), recursive = FALSE)
write_expected("course", "courses.csv", c(sets, neighbours), packages = "lme4")
