enum ADCKitPlaceholder {}
