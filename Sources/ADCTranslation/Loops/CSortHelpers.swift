/// Sorting in C, as the machine does it.
extension Helper {
  /// The definition in C; empty for what does not sort.
  var sortInC: String {
    switch self {
    case .sortedPlaces:
      """
      /* The places of numbers in ascending order, equal ones as they come, NaN last: merges runs of
         one, two, four, … places. `work`, which then begins with the numbers, has room for three times
         their count. Returns where in it the places are. */
      static const REAL *sorted_places(
          const REAL *x, size_t step, size_t count, REAL *work) {
          REAL *from = work + count, *to = from + count;
          for (size_t i = 0; i < count; ++i) {
              work[i] = x[i * step];
              from[i] = (REAL)i;
          }
          for (size_t length = 1; length < count; length *= 2) {
              REAL *const merged = to;
              for (size_t start = 0; start < count; start += 2 * length) {
                  const size_t middle = count - start < length ? count : start + length;
                  const size_t end = count - middle < length ? count : middle + length;
                  size_t left = start, right = middle;
                  for (size_t next = start; next < end; ++next) {
                      int takes_right = right < end;
                      if (takes_right && left < middle) {
                          const REAL a = work[(size_t)from[left]], b = work[(size_t)from[right]];
                          takes_right = b < a || (isnan(a) && !isnan(b));
                      }
                      merged[next] = takes_right ? from[right++] : from[left++];
                  }
              }
              to = from;
              from = merged;
          }
          return from;
      }
      """
    case .sortNumbers:
      """
      static void sort_numbers(
          const REAL *x, size_t step, size_t count, REAL *result, size_t result_step, REAL *work) {
          const REAL *const places = sorted_places(x, step, count, work);
          for (size_t i = 0; i < count; ++i) result[i * result_step] = work[(size_t)places[i]];
      }
      """
    case .sortIndices:
      """
      static void sort_indices(
          const REAL *x, size_t step, size_t count, REAL *result, size_t result_step, REAL *work) {
          const REAL *const places = sorted_places(x, step, count, work);
          for (size_t i = 0; i < count; ++i) result[i * result_step] = places[i];
      }
      """
    default: ""
    }
  }
}
