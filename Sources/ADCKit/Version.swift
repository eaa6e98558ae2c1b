/// The version of adc.
public enum Version {
  /// As `adc --version` prints it.
  public static let current = "0.1.0"
}
