"""What is said: facts, answers, texts and the directory of services, as data that editors own."""
