/// What runs the elementwise work of loops, and matrix products.
///
/// Loops have the same bits with each; products differ by a bound that `NativeProduct` states.
package enum Engine: String, Hashable, Sendable, CaseIterable {
  /// The kernels, compiled with the program.
  case interpreter
  /// Code made for each loop at its first run, where the processor is one of those known.
  case native
  /// Code made for a loop once it has run so much that the code will pay.
  case automatic = "auto"
}
