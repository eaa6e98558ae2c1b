enum ADCEmissionPlaceholder {}
