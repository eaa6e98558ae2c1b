enum ADCMachinePlaceholder {}
