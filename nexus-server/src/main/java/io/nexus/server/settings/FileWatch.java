package io.nexus.server.settings;

import io.nexus.config.KeyConfig;
import io.nexus.config.KeyConfig.Credential;
import io.nexus.config.NexusConfig;
import io.nexus.config.Secret;
import io.nexus.config.ServerTls;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Checks files for changed content once a second, and triggers a reload. It compares content, not
 * times: a symbolic link may be switched to an older file.
 */
public final class FileWatch implements AutoCloseable {

  private static final long LOOK_SECONDS = 1;
  private static final Logger LOG = System.getLogger("io.nexus.settings");

  /** The mark of a file that is unreadable or empty, and so about to be replaced. */
  private static final String UNREADABLE = "unreadable";

  /** The mark of a file that may have changed after it was read: the next check reloads it. */
  private static final String NOT_TAKEN = "not taken";

  /** The granularity of file systems' times. */
  private static final long COARSE_MILLIS = 50;

  private final Supplier<Stream<Path>> files;
  private final Runnable changed;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("file-watch").factory());
  private Map<Path, String> seen = Map.of();
  private boolean started;

  /**
   * Creates a watch.
   *
   * @param files the current files
   * @param changed runs after each change, when all files are readable
   */
  FileWatch(Supplier<Stream<Path>> files, Runnable changed) {
    this.files = files;
    this.changed = changed;
  }

  /**
   * A watch of a configuration's files of secrets.
   *
   * @param always a further file to watch: the configuration's own, or none
   * @param inForce names the files of secrets
   */
  public static FileWatch ofConfiguration(
      List<Path> always, Supplier<NexusConfig> inForce, Runnable changed) {
    return new FileWatch(() -> Stream.concat(always.stream(), secrets(inForce.get())), changed);
  }

  /** A watch of the files of a certificate; of none without TLS. */
  public static FileWatch ofCertificate(Optional<ServerTls> tls, Runnable changed) {
    return new FileWatch(() -> tls.stream().flatMap(FileWatch::files), changed);
  }

  private static Stream<Path> files(ServerTls tls) {
    return Stream.concat(Stream.of(tls.certificate(), tls.privateKey()), tls.clientCa().stream());
  }

  /** Starts to watch, if there are files. */
  public void start() {
    start(Map.of());
  }

  /**
   * Starts to watch files already loaded.
   *
   * @param taken their {@linkplain #read content} when loaded; later content is a change
   */
  public synchronized void start(Map<Path, byte[]> taken) {
    if (started) {
      return;
    }
    seen = contents();
    seen.replaceAll(
        (path, now) -> {
          var before = taken.get(path);
          return before == null ? now : digest(before);
        });
    if (!seen.isEmpty()) {
      started = true;
      var _ =
          thread.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }
  }

  private synchronized void look() {
    var now = contents();
    if (now.equals(seen) || now.containsValue(UNREADABLE)) {
      return;
    }
    seen = now;
    long beganMillis = System.currentTimeMillis();
    try {
      changed.run();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "What has changed in a file was not taken in", e);
    }
    // The configuration may refer to other files now; further changes are left to the next check.
    var named = contents();
    named.replaceAll(
        (path, content) -> {
          var before = now.get(path);
          return before != null ? before : isNewer(path, beganMillis) ? NOT_TAKEN : content;
        });
    seen = named;
  }

  /** Whether the file may have changed since then. */
  private static boolean isNewer(Path path, long millis) {
    try {
      return Files.getLastModifiedTime(path).toMillis() > millis - COARSE_MILLIS;
    } catch (IOException e) {
      return true;
    }
  }

  private Map<Path, String> contents() {
    var contents = new LinkedHashMap<Path, String>();
    files.get().forEach(path -> contents.put(path, digest(read(path))));
    return contents;
  }

  private static Stream<Path> secrets(NexusConfig config) {
    return Stream.of(
            config.backends().stream().flatMap(backend -> backend.apiKey().stream()),
            config.backends().stream()
                .flatMap(backend -> backend.headers().stream())
                .flatMap(header -> header.secret().stream()),
            config.keys().stream().map(KeyConfig::credential).flatMap(FileWatch::plain),
            config.keys().stream()
                .flatMap(key -> key.former().stream())
                .flatMap(former -> plain(former.credential())))
        .flatMap(each -> each)
        .filter(secret -> secret.kind() == Secret.Kind.FILE)
        .map(secret -> Path.of(secret.place()));
  }

  private static Stream<Secret> plain(Credential credential) {
    return credential instanceof Credential.Plain(var key) ? Stream.of(key) : Stream.empty();
  }

  /** A file's content; empty if it cannot be read. */
  public static byte[] read(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  /** Only a digest is kept, because the content may be a secret. */
  private static String digest(byte[] content) {
    try {
      return content.length == 0
          ? UNREADABLE
          : HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
