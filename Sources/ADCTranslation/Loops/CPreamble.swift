/// What makes the same bits with every compiler, and lets it use the vectors that there are.
enum CPreamble {
  /// The lines that a file needs for what it has.
  static func text(for text: String) -> String {
    let hasLoops = text.contains("VERSIONS\n")
    var lines = """

      #ifdef __cplusplus
      #define RESTRICT
      #else
      #define RESTRICT restrict
      #endif

      /* Products and sums are rounded one by one, whatever the processor can do. */
      #if defined(__clang__)
      #pragma STDC FP_CONTRACT OFF
      #elif defined(__GNUC__)
      #pragma GCC optimize("fp-contract=off")

      """
    if hasLoops {
      lines += """
        #pragma GCC optimize("no-trapping-math", "tree-vectorize", "vect-cost-model=dynamic")

        """
    }
    lines += "#endif\n"
    if hasLoops {
      lines += """

        /* Functions with loops have versions for the vectors of newer processors, where the C library
           chooses among such. */
        #if defined(__x86_64__) && defined(__GLIBC__) && (defined(__clang__) || __GNUC__ >= 12)
        #define VERSIONS __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
        #else
        #define VERSIONS
        #endif

        """
    }
    if text.contains("INLINE ") {
      lines += """

        #ifdef __GNUC__
        #define INLINE static inline __attribute__((always_inline))
        #else
        #define INLINE static inline
        #endif

        """
    }
    return lines
  }
}
