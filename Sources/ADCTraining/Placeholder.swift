enum ADCTrainingPlaceholder {}
