within-moment = em menos de um minuto
within-minutes = { $count ->
    [one] em { $count } minuto
   *[other] em { $count } minutos
}
within-hours = { $count ->
    [one] em { $count } hora
   *[other] em { $count } horas
}
within-days = { $count ->
    [one] em { $count } dia
   *[other] em { $count } dias
}
