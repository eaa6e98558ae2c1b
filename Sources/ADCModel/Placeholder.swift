enum ADCModelPlaceholder {}
