package dev.headgate.server.bootstrap;

import dev.headgate.server.config.NodeConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * What leases are signed with. It outlives the process, so that leases from before a restart are
 * known after it, and a fleet shares it (D16). A node that names no file makes its own secret; a
 * file that is named has to be there, since a made-up one would not be the fleet's.
 */
final class LeaseSecret {
  private static final int GENERATED_BYTES = 32;
  private static final int LEAST_BYTES = 16;

  private LeaseSecret() {}

  static byte[] load(NodeConfig node) throws StartException {
    Path file = node.leaseSecretFile();
    try {
      return read(file);
    } catch (NoSuchFileException e) {
      if (!file.equals(node.dataDir().resolve(NodeConfig.DEFAULT_LEASE_SECRET))) {
        throw new StartException(
            "node.leaseSecretFile: there is no file "
                + file
                + " (expected: the fleet's secret, at least 16 bytes)",
            e);
      }
      return generate(file);
    } catch (IOException e) {
      throw new StartException(
          "node.leaseSecretFile: " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static byte[] generate(Path file) throws StartException {
    byte[] random = new byte[GENERATED_BYTES];
    new SecureRandom().nextBytes(random);
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path fresh =
          file.resolveSibling(file.getFileName() + ".new-" + ProcessHandle.current().pid());
      Files.deleteIfExists(fresh);
      createPrivate(fresh);
      Files.writeString(
          fresh, HexFormat.of().formatHex(random) + "\n", StandardOpenOption.TRUNCATE_EXISTING);
      try {
        // A link is made whole or not at all, and never over a file that another process has made.
        Files.createLink(file, fresh);
      } catch (FileAlreadyExistsException e) {
        // Theirs is the secret.
      } catch (UnsupportedOperationException e) {
        Files.move(fresh, file);
      }
      Files.deleteIfExists(fresh);
      return read(file);
    } catch (IOException e) {
      throw new StartException(
          "node.dataDir: cannot keep the lease secret in " + file + ": " + e.getMessage(), e);
    }
  }

  private static void createPrivate(Path file) throws IOException {
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } else {
      Files.createFile(file);
    }
  }

  private static byte[] read(Path file) throws IOException, StartException {
    byte[] secret =
        Files.readString(file, StandardCharsets.ISO_8859_1)
            .strip()
            .getBytes(StandardCharsets.ISO_8859_1);
    if (secret.length < LEAST_BYTES) {
      throw new StartException(
          "node.leaseSecretFile: %s holds %d bytes (expected: at least %d)"
              .formatted(file, secret.length, LEAST_BYTES),
          null);
    }
    return secret;
  }
}
