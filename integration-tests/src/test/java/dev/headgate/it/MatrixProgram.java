package dev.headgate.it;

import java.nio.file.Path;

/** One language of the matrix. */
interface MatrixProgram {
  /** Sends every message of a file, in order. */
  void produce(String address, String topic, Path file) throws Exception;

  /** Receives and acks so many messages, and writes them to a file. */
  void consume(String address, String topic, String group, int count, Path file) throws Exception;
}
