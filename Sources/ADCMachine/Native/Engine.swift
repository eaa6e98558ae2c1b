/// What runs the elementwise work of loops. Results have the same bits with each.
package enum Engine: String, Hashable, Sendable, CaseIterable {
  /// The kernels, compiled with the program.
  case interpreter
  /// Code made for each loop at its first run, where the processor is one of those known.
  case native
  /// Code made for a loop once it has run so much that the code will pay.
  case automatic = "auto"
}
