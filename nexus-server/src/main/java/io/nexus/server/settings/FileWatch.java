package io.nexus.server.settings;

import io.nexus.config.BackendConfig;
import io.nexus.config.KeyConfig;
import io.nexus.config.KeyConfig.Credential;
import io.nexus.config.NexusConfig;
import io.nexus.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Looks once a second whether the configuration's file, or a file that it names a secret in, has
 * other content, and has it reloaded. Content is compared, not times: what a symbolic link leads to
 * may be swapped for something that is older.
 */
public final class FileWatch implements AutoCloseable {

  private static final long LOOK_SECONDS = 1;

  private final Path file;
  private final Supplier<NexusConfig> inForce;
  private final Runnable changed;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("file-watch").factory());
  private List<String> seen = List.of();

  /**
   * A watch that has not started.
   *
   * @param inForce names the files of secrets
   * @param changed is run after each change
   */
  public FileWatch(Path file, Supplier<NexusConfig> inForce, Runnable changed) {
    this.file = file;
    this.inForce = inForce;
    this.changed = changed;
  }

  /** Looks from now on. */
  public void start() {
    seen = contents();
    var _ = thread.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
  }

  private void look() {
    var now = contents();
    if (!now.equals(seen)) {
      changed.run();
      // A file may name other secrets by now.
      seen = contents();
    }
  }

  private List<String> contents() {
    return Stream.concat(Stream.of(file), secrets(inForce.get()))
        .map(path -> path + " " + digest(path))
        .toList();
  }

  private static Stream<Path> secrets(NexusConfig config) {
    return Stream.concat(
            config.backends().stream().map(BackendConfig::apiKey).flatMap(key -> key.stream()),
            config.keys().stream().map(KeyConfig::credential).flatMap(FileWatch::plain))
        .filter(secret -> secret.kind() == Secret.Kind.FILE)
        .map(secret -> Path.of(secret.place()));
  }

  private static Stream<Secret> plain(Credential credential) {
    return credential instanceof Credential.Plain(var key) ? Stream.of(key) : Stream.empty();
  }

  /** Empty while it cannot be read: it may be about to be replaced. */
  private static String digest(Path path) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path));
      return HexFormat.of().formatHex(digest);
    } catch (IOException e) {
      return "";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
