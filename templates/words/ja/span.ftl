span-moment = 1分未満
span-minutes = { $count }分間
span-hours = { $count }時間
span-days = { $count }日間
