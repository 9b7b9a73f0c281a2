# The actor-partner model and the response surface by lm, the former held against lavaan's ML.
source("shared.R")
suppressMessages(library(lavaan))
set.seed(20261127)

simulate <- function(n, r = .4, b = c(.5, .2, .1, .4), noise = c(1, 1), curve = 0) {
  xc <- rnorm(n)
  xt <- r * xc + sqrt(1 - r^2) * rnorm(n)
  d <- data.frame(
    dyad = seq_len(n), xc = xc + 5, xt = xt + 4.5, yc = 1 + b[1] * xc + b[2] * xt,
    yt = 2 + b[3] * xc + b[4] * xt - curve * (xc - xt)^2
  )
  shared <- rnorm(n)
  d$yc <- d$yc + noise[1] * (.5 * shared + rnorm(n))
  d$yt <- d$yt + noise[2] * (.5 * shared + rnorm(n))
  round(d, 4)
}
gaps <- simulate(120)
for (v in c("xc", "xt", "yc", "yt")) gaps[runif(120) < .06, v] <- NA
skew <- simulate(40, curve = .5, noise = c(1, .2))
skew$xc[1:3] <- skew$xc[1:3] + 6 # few dyads, some far out, spreads unlike
edge <- simulate(60, r = .995) # members who hardly differ
sets <- list(dyads_gaps = gaps, dyads_few = skew, dyads_alike = edge)

effect <- function(b, se, df) {
  list(
    estimate = b, se = se, t = b / se, df = df, p = 2 * pt(-abs(b / se), df),
    low = b - qt(.975, df) * se, high = b + qt(.975, df) * se
  )
}
line <- function(row, b, v, df) effect(sum(row * b), sqrt(drop(t(row) %*% v %*% row)), df)
at <- function(places, size) replace(numeric(size), abs(places), sign(places))

actor_partner <- function(d) {
  used <- na.omit(d)
  fit <- lm(cbind(yc, yt) ~ xc + xt, used)
  b <- c(coef(fit)) # (1, xc, xt) of the client, then of the therapist
  v <- vcov(fit)
  df <- df.residual(fit)
  sd <- sqrt(diag(crossprod(residuals(fit)) / df))
  one <- function(...) line(at(c(...), 6), b, v, df)
  ml <- sem("yc ~ xc + xt\nyt ~ xc + xt\nyc ~~ yt", used, meanstructure = TRUE)
  theirs <- coef(ml)[c("yc~1", "yc~xc", "yc~xt", "yt~1", "yt~xc", "yt~xt")]
  stopifnot(all.equal(unname(theirs), unname(b), tolerance = 1e-5))
  errors <- sqrt(diag(vcov(ml)))[names(theirs)] * sqrt(nrow(used) / df)
  stopifnot(all.equal(unname(errors), unname(sqrt(diag(v))), tolerance = 1e-5))
  list(
    n = nrow(used), left_out = nrow(d) - nrow(used),
    intercept_client = one(1), intercept_therapist = one(4),
    actor_client = one(2), actor_therapist = one(6),
    partner_client = one(3), partner_therapist = one(5),
    actor_difference = one(2, -6), partner_difference = one(3, -5),
    predictor_correlation = cor(used$xc, used$xt),
    residual_correlation = cor(residuals(fit))[1, 2],
    residual_sd_client = sd[["yc"]], residual_sd_therapist = sd[["yt"]],
    r2_client = summary(fit)[[1]]$r.squared, r2_therapist = summary(fit)[[2]]$r.squared
  )
}

surface <- function(d, centre) {
  used <- na.omit(d[c("xc", "xt", "yt")])
  x <- used$xc - centre
  y <- used$xt - centre
  fit <- lm(yt ~ x + y + I(x^2) + I(x * y) + I(y^2), used)
  b <- coef(fit)
  v <- vcov(fit)
  df <- df.residual(fit)
  along <- function(...) line(c(...), b, v, df)
  names <- c("intercept", "client", "therapist", "client²", "client·therapist", "therapist²")
  flat <- anova(lm(yt ~ x + y, used), fit)
  list(
    n = nrow(used), left_out = nrow(d) - nrow(used), centre = centre,
    coefficients = setNames(lapply(1:6, function(i) line(at(i, 6), b, v, df)), names),
    surface = list(
      a1 = along(0, 1, 1, 0, 0, 0), a2 = along(0, 0, 0, 1, 1, 1), a3 = along(0, 1, -1, 0, 0, 0),
      a4 = along(0, 0, 0, 1, -1, 1), a5 = along(0, 0, 0, 1, 0, -1)
    ),
    r2 = summary(fit)$r.squared, residual_sd = sigma(fit),
    curved_f = flat$F[2], curved_p = flat$`Pr(>F)`[2]
  )
}

for (name in names(sets)) {
  d <- sets[[name]]
  write.csv(d, here("data", paste0(name, ".csv")), row.names = FALSE, na = "")
  ratings <- list(client = "xc", therapist = "xt", outcome = "yt", dyad = "dyad")
  used <- na.omit(d[c("xc", "xt", "yt")])
  middle <- mean(c(used$xc, used$xt))
  write_expected(name, paste0(name, ".csv"), list(
    list(
      call = "apim",
      arguments = list(predictors = c("xc", "xt"), outcomes = c("yc", "yt"), dyad = "dyad"),
      value = actor_partner(d)
    ),
    list(call = "response_surface", arguments = ratings, value = surface(d, middle)),
    list(
      call = "response_surface", arguments = c(ratings, list(centre = 4)), value = surface(d, 4)
    )
  ), "lavaan", generator = "dyads")
}
