def test_a(coach):
    coach.anna.types("account add Nordhaus")
    coach.anna.types("account set Nordhaus stage mature")
    print(coach.anna.types("advice Nordhaus: the client is furious about the late delivery and shouts at me"))
    print(coach.anna.taps("Think it through"))
    print(coach.anna.taps("They're on the phone now"))
    print(coach.anna.types("advice Nordhaus"))
    from storage.tables import ProblemRow, DialogueRow, AdviceRow
    print(coach.rows(ProblemRow)); print(coach.rows(DialogueRow)); print(coach.rows(AdviceRow))
    print(coach.anna.types("account show Nordhaus"))
    print(coach.lines[-5:])
