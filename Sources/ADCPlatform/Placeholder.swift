enum ADCPlatformPlaceholder {}
