# The rules that mark falls in the alliance, on four series of ratings from 1 to 7: with gaps, short,
# never varying until it falls, and swinging by more than clients differ. Limits at every rating come
# from the ratings before it; the innovation chart's from the posterior in matrix form.
source("shared.R")

set.seed(2718)
gaps <- round(pmin(7, pmax(1, 5.3 + 0.1 * log(1:24) + rnorm(24, 0, 0.7))), 1)
gaps[c(9, 17, 18)] <- gaps[c(9, 17, 18)] - c(2.2, 2.8, 0.9)
gaps[c(2, 5, 6, 12, 21)] <- NA
series <- list(
  gaps = pmax(1, gaps), short = c(5, 6, 5.5, 2), level = c(rep(5, 6), 2.5),
  wide = c(1, 6.5, 2, 7, 6.5, 1.5, 6, 5.8, 1.2)
)
long <- do.call(rbind, lapply(names(series), function(name) data.frame(
  series = name, session = seq_along(series[[name]]), rating = series[[name]]
)))
write.csv(long, here("data", "rupture.csv"), row.names = FALSE, na = "")
long <- read.csv(here("data", "rupture.csv"))

between <- (7 - 1) / 4
noise <- (7 - 1) / 10
prior <- diag(c((noise / between)^2, 1 / 0.75^2)) # in units of one over the variance of a rating
worth <- 4

forecast <- function(session, rating, at) {
  z <- cbind(1, log(session))
  r <- rating - 4
  precision <- prior + crossprod(z)
  b <- solve(precision, crossprod(z, r))
  df <- worth + length(r)
  s2 <- (worth * noise^2 + sum(r^2) - sum(b * crossprod(z, r))) / df
  new <- c(1, log(at))
  list(
    mean = 4 + sum(new * b), df = df,
    sd = sqrt(s2 * (1 + as.numeric(new %*% solve(precision, new))))
  )
}

# Each rule's limit and spread at rating k, or NULL where it has too little to go by.
rules <- list(
  innovation = function(d, k) {
    f <- forecast(d$session[seq_len(k - 1)], d$rating[seq_len(k - 1)], d$session[k])
    list(limit = f$mean - qt(0.0062097, f$df, lower.tail = FALSE) * f$sd, spread = f$sd)
  },
  classic_chart = function(d, k) {
    earlier <- d$rating[seq_len(k - 1)]
    spread <- mean(abs(diff(earlier))) / 1.128
    if (k < 4 || spread == 0) NULL else list(limit = mean(earlier) - 2 * spread, spread = spread)
  },
  larger_sd_loose = function(d, k) larger(d$rating, k, 1),
  larger_sd_strict = function(d, k) larger(d$rating, k, 2)
)
larger <- function(rating, k, multiple) {
  if (k < 4) return(NULL)
  spread <- max(sd(rating[seq_len(k - 1)]), between)
  list(limit = rating[k - 1] - multiple * spread, spread = spread)
}

marked <- function(name, d, rule) {
  found <- list()
  for (k in seq_len(nrow(d))[-1]) {
    at <- rules[[rule]](d, k)
    if (is.null(at) || d$rating[k] >= d$rating[k - 1]) next
    reached <- d$rating[k] < at$limit ||
      (startsWith(rule, "larger") && d$rating[k] == at$limit)
    if (reached) found <- c(found, list(c(session = d$session[k], at)))
  }
  list(call = "rupture_falls", arguments = list(series = name, rule = rule), value = found)
}

limits <- function(name, d) list(
  call = "innovation_limits", arguments = list(series = name),
  value = lapply(seq_len(nrow(d))[-1], function(k) rules$innovation(d, k)$limit)
)

cases <- list()
for (name in names(series)) {
  d <- long[long$series == name & !is.na(long$rating), ]
  cases <- c(cases, lapply(names(rules), function(rule) marked(name, d, rule)), list(limits(name, d)))
}
write_expected("rupture", "rupture.csv", cases)
