package io.nexus.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code [[admin_keys]]} and {@code [[auth.jwt]]}. */
final class AccessSection {

  private static final String CLAIMS = "claims";
  private static final String MODELS = "models";
  private static final String ADMIN_IF = "admin_if";
  private static final String VIEWER_IF = "viewer_if";
  private static final String TEAM_ADMIN_IF = "team_admin_if";
  private static final List<String> CLAIMED = List.of("tags", "team", "user");
  private static final Pattern PATH =
      Pattern.compile("[^.\\[\\]]+(\\[\\d{1,3}])?(\\.[^.\\[\\]]+(\\[\\d{1,3}])?)*");
  private static final Key<String> NAME = Key.of("name", Types.name());
  private static final Key<String> PROVIDER = Key.of("name", Types.name(), "jwt");
  private static final Key<Role> ROLE =
      Key.of("role", Types.choice(Role.class, Role::label), Role.ADMIN);
  private static final Key<String> TEAM = Key.of("team", Types.text());
  private static final Key<String> ISSUER = Key.of("issuer", Types.text());
  private static final Key<String> AUDIENCE = Key.of("audience", Types.text());
  private static final Key<URI> JWKS_URL = Key.of("jwks_url", Addresses.web());
  private static final Key<Path> JWKS_FILE = Key.of("jwks_file", Types.path());

  private AccessSection() {}

  static AccessConfig read(TableReader in) {
    return new AccessConfig(
        in.tables("admin_keys", AccessSection::readKey),
        in.table("auth", auth -> auth.tables("jwt", AccessSection::readJwt)));
  }

  private static AdminKeyConfig readKey(TableReader in) {
    var key =
        new AdminKeyConfig(
            in.required(NAME), KeySection.credential(in), in.get(ROLE), in.optional(TEAM));
    if ((key.role() == Role.TEAM_ADMIN) != key.team().isPresent()) {
      in.problem(
          TEAM.name(),
          "belongs to the role team_admin and to no other",
          "give 'team' with role = \"team_admin\", and only then");
    }
    return key;
  }

  private static JwtConfig readJwt(TableReader in) {
    var jwt =
        new JwtConfig(
            in.get(PROVIDER),
            in.required(ISSUER),
            in.required(AUDIENCE),
            in.optional(JWKS_URL),
            in.optional(JWKS_FILE),
            in.texts(CLAIMS),
            in.list(MODELS, Types.glob()),
            in.texts(ADMIN_IF),
            in.texts(VIEWER_IF),
            in.texts(TEAM_ADMIN_IF));
    if (jwt.jwksUrl().isPresent() == jwt.jwksFile().isPresent()) {
      in.problem(
          JWKS_URL.name(), "the public keys need exactly one place", "give jwks_url or jwks_file");
    }
    jwt.jwksUrl()
        .filter(url -> !"https".equals(url.getScheme()) && !Addresses.isLoopback(url.getHost()))
        .ifPresent(
            _ ->
                in.problem(
                    JWKS_URL.name(),
                    "is fetched over plain HTTP, so anyone on the network can replace a key",
                    "give an address that starts with https://"));
    claims(in, jwt);
    return jwt;
  }

  private static void claims(TableReader in, JwtConfig jwt) {
    jwt.claims()
        .forEach(
            (what, path) -> {
              if (!CLAIMED.contains(what)) {
                in.problem(CLAIMS, "has " + Types.shown(what), "name tags, team or user");
              } else if (!PATH.matcher(path).matches()) {
                in.problem(
                    CLAIMS,
                    Types.shown(path) + " is no path of a claim",
                    "give one such as \"email\", \"groups[0]\" or \"realm_access.roles\"");
              }
            });
    for (var conditions : List.of(jwt.adminIf(), jwt.viewerIf(), jwt.teamAdminIf())) {
      for (var path : conditions.keySet()) {
        if (!PATH.matcher(path).matches()) {
          in.problem(
              ADMIN_IF,
              Types.shown(path) + " is no path of a claim",
              "give one such as \"groups\"");
        }
      }
    }
    if (!jwt.teamAdminIf().isEmpty() && !jwt.claims().containsKey("team")) {
      in.problem(TEAM_ADMIN_IF, "needs to know the team", "give claims = { team = ... }");
    }
  }

  static void write(TomlWriter out, AccessConfig access) {
    for (var key : access.adminKeys()) {
      out.element("admin_keys").put(NAME, key.name());
      KeySection.write(out, key.credential());
      out.put(ROLE, key.role()).put(TEAM, key.team());
    }
    for (var jwt : access.jwt()) {
      out.element("auth.jwt")
          .put(PROVIDER, jwt.name())
          .put(ISSUER, jwt.issuer())
          .put(AUDIENCE, jwt.audience())
          .put(JWKS_URL, jwt.jwksUrl())
          .put(JWKS_FILE, jwt.jwksFile())
          .list(MODELS, Types.glob(), jwt.models());
      table(out, CLAIMS, jwt.claims());
      table(out, ADMIN_IF, jwt.adminIf());
      table(out, VIEWER_IF, jwt.viewerIf());
      table(out, TEAM_ADMIN_IF, jwt.teamAdminIf());
    }
  }

  private static void table(TomlWriter out, String name, Map<String, String> pairs) {
    if (!pairs.isEmpty()) {
      out.table("auth.jwt." + name).texts(pairs);
    }
  }
}
