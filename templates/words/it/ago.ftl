ago-moment = meno di un minuto fa
ago-minutes = { $count ->
    [one] { $count } minuto fa
   *[other] { $count } minuti fa
}
ago-hours = { $count ->
    [one] { $count } ora fa
   *[other] { $count } ore fa
}
ago-days = { $count ->
    [one] { $count } giorno fa
   *[other] { $count } giorni fa
}
