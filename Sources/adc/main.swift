internal import ADCKit

print("adc")
