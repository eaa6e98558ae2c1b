import ADCCalculus

extension PythonTraining {
  /// What adds up over the workers of a strategy.
  static func sumOverWorkers(_ precision: Precision) -> String {
    """
    def sum_over_workers(x):
        \"\"\"The sum of what each worker has found of its share of the rows.\"\"\"
        context = tf.distribute.get_replica_context()
        x = tf.cast(x, \(precision == .single ? "tf.float32" : "tf.float64"))
        return context.all_reduce(tf.distribute.ReduceOp.SUM, x)
    """
  }

  /// A function that trains with a share of every batch in each worker, and what makes a worker of
  /// the file.
  var onWorkers: String {
    """
    \(head)
        \"\"\"Trains on batches of rows in their order; the last loss and the parameters.

        Each worker of TF_CONFIG computes with its share of a batch, and adds up with the
        others what it finds; the parameters are the same in all. TensorFlow wants this to
        be the first that a process asks of it.

        parameters: \(tuple(parameters))
        \"\"\"
        strategy = tf.distribute.MultiWorkerMirroredStrategy()

        def share(x):
            def part(context):
                number = context.replica_id_in_sync_group
                count = context.num_replicas_in_sync
                first, last = len(x) * number // count, len(x) * (number + 1) // count
                return tf.constant(x[first:last])

            return strategy.experimental_distribute_values_from_function(part)

        @tf.function
        def update(*arguments):
            results = strategy.run(step, arguments)
            # Those of all replicas are the same.
            return tf.nest.map_structure(
                lambda x: strategy.experimental_local_results(x)[0], results
            )

        parameters = tuple(tf.constant(x, \(tensorType)) for x in parameters)
        \(hasStates ? "state = start()\n    " : "")number, count = 0, len(\(first))
        for \(epoch) in range(epochs):
            for begin in range(0, count, batch or count):
                rows = slice(begin, begin + (batch or count))
                \(update(rows { "share(\($0)[rows])" }, indent: 12))
                number += 1
        return loss, tuple(x.numpy() for x in parameters)


    def main():
        \"\"\"One of the workers that TF_CONFIG names: python FILE DATA.npz RESULT.npz

        DATA.npz holds the inputs and the first parameters by their names; the worker with
        the number 0 writes the trained ones.
        \"\"\"
        data, result = sys.argv[1:]
        arrays = np.load(data)
        names = \(tuple(parameters.map { "\"\($0)\"" }))
        \(trainCall)
        if tf.distribute.cluster_resolver.TFConfigClusterResolver().task_id in (None, 0):
            np.savez(result, **dict(zip(names, parameters)))
            print("loss", float(loss))


    if __name__ == "__main__":
        main()
    """
  }
}
