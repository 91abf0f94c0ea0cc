package io.nexus.ledger.jdbc;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The statements of {@link PostgresBalances}.
 *
 * <p>Their parameters are arrays in the locking order of balances: {@code asked}. Their results are
 * rows for {@link Standings}.
 */
final class PostgresSql {

  private static final Pattern ARRAYS = Pattern.compile("#asked\\(([^)]*)\\)");
  private static final Pattern SAME = Pattern.compile("#same\\((\\w+), (\\w+)\\)");
  private static final String EQUAL =
      "$1.budget = $2.budget AND $1.cycle_start = $2.cycle_start AND $1.cycle_end = $2.cycle_end";

  /** Whether a node lives that limits a balance, under the registration that it has reported by. */
  private static final Pattern LIMITS = Pattern.compile("#limits\\((\\w+), (\\w+)\\)");

  /** Reduces grants, and deletes them when nothing is left. */
  private static final Pattern TAKEN = Pattern.compile("#taken\\((\\w+)\\)");

  private static final String REDUCED =
      """
      emptied AS (
        DELETE FROM nexus_grant g USING $1 t
        WHERE #same(g, t) AND g.node = {node} AND g.incarnation = {incarnation}
          AND t.taken > 0 AND t.taken = t.amount),
      lowered AS (
        UPDATE nexus_grant g SET amount = g.amount - t.taken FROM $1 t
        WHERE #same(g, t) AND g.node = {node} AND g.incarnation = {incarnation}
          AND t.taken > 0 AND t.taken < t.amount)
      """;

  private static final String KEY = "budget, cycle_start, cycle_end";

  private static final String NOW =
      "CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)";

  private static final String LIMITING =
      "$1.name = $2.limit_node AND $1.epoch = $2.limit_epoch AND $1.renewed + $1.ttl > " + NOW;

  private static final String GIVEN =
      "given AS MATERIALIZED (SELECT * FROM unnest("
          + SpendTable.COLUMNS.stream()
              .map(column -> "{" + column.name() + "}::" + column.type() + "[]")
              .collect(Collectors.joining(", "))
          + ") AS r("
          + SpendTable.NAMES
          + "))";

  /** The records that are new and not pruned. */
  private static final String NEW_ONES =
      """
      NOT EXISTS (
        SELECT FROM nexus_pruned p WHERE p.at = g.at AND p.request_id = g.request_id
          AND p.attempt = g.attempt AND p.revision = g.revision)
      ORDER BY g.request_id COLLATE "C", g.attempt, g.revision
      ON CONFLICT DO NOTHING
      """;

  private static final String LOCKED =
      """
      locked AS MATERIALIZED (
        SELECT a.*, b.spend_limit, b.limit_node, b.limit_epoch, b.settled, b.outstanding
        FROM asked a JOIN nexus_balance b USING (#key)
        ORDER BY a.n
        FOR UPDATE OF b)
      """;

  /** The locked balances before the change. */
  private static final String BEFORE =
      """
      SELECT l.budget, l.cycle_start, l.cycle_end, NULL::bigint, l.settled, l.outstanding,
        NULL::bigint, CASE WHEN v.name IS NULL THEN NULL ELSE l.spend_limit END, v.name,
        NULL::bigint
      FROM locked l
      LEFT JOIN nexus_node v ON #limits(v, l)
      """;

  /**
   * The limit in force is the lowest that a living node enforces: a node's own, unless another's is
   * lower. The lowest is stored with its node and the node's epoch; it is replaced if the node is
   * dead or has another epoch by now.
   */
  static final NamedSql DRAW =
      sql(
          """
          WITH #asked(limits own_limit, wanted wanted, least at_least, divisors divisor),
          me AS MATERIALIZED (
            UPDATE nexus_node SET renewed = #now
            WHERE name = {node} AND incarnation = {incarnation} AND epoch = {epoch}
            RETURNING name),
          locked AS MATERIALIZED (
            SELECT a.*, b.spend_limit, b.limit_node, b.limit_epoch, b.settled, b.outstanding
            FROM me CROSS JOIN asked a JOIN nexus_balance b USING (#key)
            ORDER BY a.n
            FOR UPDATE OF b),
          ruled AS MATERIALIZED (
            SELECT l.*,
              v.name IS NULL OR v.name = {node} OR l.own_limit < l.spend_limit AS by_me
            FROM locked l
            LEFT JOIN nexus_node v ON #limits(v, l)),
          granted AS MATERIALIZED (
            SELECT f.*,
              CASE WHEN free < at_least THEN 0
                ELSE greatest(at_least, least(wanted, div(free, divisor))) END::bigint AS amount
            FROM (
              SELECT r.*, r.in_force::numeric - greatest(0, r.settled) - r.outstanding AS free
              FROM (
                SELECT *, CASE WHEN by_me THEN own_limit ELSE spend_limit END AS in_force,
                  CASE WHEN by_me THEN {node} ELSE limit_node END AS ruler,
                  CASE WHEN by_me THEN {epoch} ELSE limit_epoch END AS ruler_epoch
                FROM ruled) r) f),
          raised AS (
            UPDATE nexus_balance b SET outstanding = b.outstanding + g.amount,
              spend_limit = g.in_force, limit_node = g.ruler, limit_epoch = g.ruler_epoch
            FROM granted g
            WHERE #same(b, g) AND (g.amount > 0 OR g.in_force <> g.spend_limit
              OR g.ruler <> g.limit_node OR g.ruler_epoch <> g.limit_epoch)),
          mine AS MATERIALIZED (
            SELECT l.budget, l.cycle_start, l.cycle_end, g.amount
            FROM locked l JOIN nexus_grant g USING (#key)
            WHERE g.node = {node} AND g.incarnation = {incarnation}
            FOR UPDATE OF g),
          drawn AS (
            INSERT INTO nexus_grant (#key, node, incarnation, amount)
            SELECT #key, {node}, {incarnation}, amount FROM granted WHERE amount > 0
            ON CONFLICT (#key, node, incarnation)
            DO UPDATE SET amount = nexus_grant.amount + excluded.amount)
          SELECT #key, amount, settled, outstanding, NULL::bigint, in_force, ruler, NULL::bigint
          FROM granted
          UNION ALL
          SELECT #key, NULL, NULL, NULL, amount, NULL, NULL, NULL FROM mine
          UNION ALL
          SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM me
          """);

  static final NamedSql GIVE_BACK =
      sql(
          """
          WITH #asked(amounts amount),
          #locked,
          mine AS MATERIALIZED (
            SELECT l.budget, l.cycle_start, l.cycle_end, g.amount, least(g.amount, l.amount) AS taken
            FROM locked l JOIN nexus_grant g USING (#key)
            WHERE g.node = {node} AND g.incarnation = {incarnation}
            FOR UPDATE OF g),
          freed AS (
            UPDATE nexus_balance b SET outstanding = b.outstanding - m.taken
            FROM mine m WHERE #same(b, m) AND m.taken > 0),
          #taken(mine)
          #before
          UNION ALL
          SELECT #key, -taken, NULL, NULL, amount, NULL, NULL, NULL FROM mine
          """);

  /** Enters nothing unless every charged balance exists. */
  static final NamedSql POST =
      sql(
          """
          WITH #given,
          #asked(),
          #locked,
          entered AS (
            INSERT INTO nexus_spend (#columns)
            SELECT #columns FROM given g
            WHERE (SELECT count(*) FROM locked) = (SELECT count(*) FROM asked) AND #new_ones
            RETURNING #columns),
          summed AS (
            #add_up(entered)),
          charged AS (
            SELECT split_part(c, chr(31), 1) AS budget, split_part(c, chr(31), 2)::bigint AS cycle_start,
              split_part(c, chr(31), 3)::bigint AS cycle_end, e.at, e.cost
            FROM entered e CROSS JOIN LATERAL unnest(string_to_array(e.charges, chr(30))) AS c),
          mine AS MATERIALIZED (
            SELECT l.budget, l.cycle_start, l.cycle_end, g.amount
            FROM locked l JOIN nexus_grant g USING (#key)
            WHERE g.node = {node} AND g.incarnation = {incarnation}
            FOR UPDATE OF g),
          changes AS MATERIALIZED (
            SELECT #key, sum(cost) AS cost, max(at) AS last_at,
              array_agg(at) FILTER (WHERE at IS NOT NULL) AS times,
              array_agg(cost) FILTER (WHERE at IS NOT NULL) AS costs,
              coalesce(max(amount), 0) AS amount,
              greatest(0, least(coalesce(max(amount), 0), sum(cost)))::bigint AS taken
            FROM (
              SELECT #key, at, cost, NULL::bigint AS amount FROM charged
              UNION ALL
              SELECT #key, NULL, NULL, amount FROM mine) parts
            GROUP BY #key HAVING max(at) IS NOT NULL),
          settled AS (
            UPDATE nexus_balance b SET (settled, excused, outstanding, last_at) = (
              SELECT least(#most, b.settled + c.cost - x.cost)::bigint, least(#most, b.excused + x.cost)::bigint,
                b.outstanding - c.taken, greatest(b.last_at, c.last_at)
              FROM (
                SELECT coalesce(sum(u.cost), 0) AS cost
                FROM unnest(c.times, c.costs) AS u(at, cost) WHERE u.at < b.forgiven_at) x)
            FROM changes c WHERE #same(b, c)
            RETURNING b.budget, b.cycle_start, b.cycle_end, b.settled),
          #taken(changes)
          #before
          UNION ALL
          SELECT #key, NULL, NULL, NULL, amount, NULL, NULL, NULL FROM mine
          UNION ALL
          SELECT #key, -taken, NULL, NULL, NULL, NULL, NULL, NULL FROM changes
          UNION ALL
          SELECT #key, NULL, NULL, NULL, NULL, NULL, NULL, settled FROM settled
          """);

  static final NamedSql VIEW =
      sql(
          """
          WITH #asked()
          SELECT a.budget, a.cycle_start, a.cycle_end, NULL::bigint, b.settled, b.outstanding,
            g.amount, CASE WHEN v.name IS NULL THEN NULL ELSE b.spend_limit END, v.name,
            NULL::bigint
          FROM asked a JOIN nexus_balance b USING (#key)
          LEFT JOIN nexus_grant g
            ON #same(g, a) AND g.node = {node} AND g.incarnation = {incarnation}
          LEFT JOIN nexus_node v ON #limits(v, b)
          """);

  static final NamedSql OVERLAPPING =
      sql(
          """
          WITH #asked()
          SELECT b.budget, b.cycle_start, b.cycle_end, b.settled, a.cycle_start, a.cycle_end
          FROM asked a JOIN nexus_balance b ON b.budget = a.budget
            AND b.cycle_start < a.cycle_end AND b.cycle_end > a.cycle_start
            AND (b.cycle_start <> a.cycle_start OR b.cycle_end <> a.cycle_end)
          """);

  static final NamedSql RUNNING =
      sql(
          """
          WITH #asked()
          SELECT b.budget, b.cycle_start, b.cycle_end, b.spend_limit, b.settled, b.outstanding
          FROM asked a JOIN nexus_balance b ON b.budget = a.budget
            AND b.cycle_start <= {at} AND b.cycle_end > {at}
          """);

  static final NamedSql OPEN =
      sql(
          """
          WITH #asked()
          INSERT INTO nexus_balance (#key, spend_limit, settled, outstanding, last_granted)
          SELECT #key, 0, 0, 0, 0 FROM asked ORDER BY n
          ON CONFLICT DO NOTHING
          RETURNING #key
          """);

  static final NamedSql LOCK =
      sql(
          """
          WITH #asked()
          SELECT a.budget, a.cycle_start, a.cycle_end, b.settled, b.forgiven_at
          FROM asked a JOIN nexus_balance b USING (#key)
          ORDER BY a.n
          FOR UPDATE OF b
          """);

  static final NamedSql CHARGE =
      sql(
          """
          WITH #asked(costs cost, excused excused, times last_at)
          UPDATE nexus_balance b SET (settled, excused, last_at) = (
            SELECT least(#most, greatest(0, x.raw))::bigint, least(#most, b.excused::numeric + a.excused + least(0, x.raw))::bigint,
              greatest(b.last_at, a.last_at)
            FROM (SELECT b.settled::numeric + a.cost - a.excused AS raw) x)
          FROM asked a WHERE #same(b, a)
          RETURNING 1
          """);

  static final NamedSql ENTER =
      sql(
          """
          WITH #given,
          entered AS (
            INSERT INTO nexus_spend (#columns)
            SELECT #columns FROM given g WHERE #new_ones
            RETURNING #columns),
          summed AS (
            #add_up(entered))
          SELECT request_id, attempt, revision FROM entered
          """);

  private PostgresSql() {}

  /** Expands the parts that several statements share. */
  private static NamedSql sql(String text) {
    var whole =
        ARRAYS
            .matcher(text)
            .replaceAll(found -> Matcher.quoteReplacement(asked(found.group(1))))
            .replace("#given", GIVEN)
            .replace("#new_ones", NEW_ONES)
            .replace("#add_up(entered)", SumTable.ADD.replace("#from", "entered"))
            .replace("#locked", LOCKED)
            .replace("#before", BEFORE)
            .replace("#columns", SpendTable.NAMES)
            .replace("#now", NOW)
            .replace("#most", Long.toString(Long.MAX_VALUE));
    whole = TAKEN.matcher(whole).replaceAll(REDUCED);
    whole = LIMITS.matcher(whole).replaceAll(LIMITING);
    whole = SAME.matcher(whole).replaceAll(EQUAL);
    return NamedSql.of(whole.replace("#key", KEY));
  }

  /** The budgets' cycles, and further arrays, each given as its parameter and its column. */
  private static String asked(String arrays) {
    var parameters = new StringBuilder("{budgets}::text[], {starts}::bigint[], {ends}::bigint[]");
    var columns = new StringBuilder(KEY);
    for (var array : arrays.isEmpty() ? new String[0] : arrays.split(", ", -1)) {
      var names = array.split(" ", -1);
      parameters.append(", {").append(names[0]).append("}::bigint[]");
      columns.append(", ").append(names[1]);
    }
    return "asked AS MATERIALIZED (SELECT * FROM unnest("
        + parameters
        + ") WITH ORDINALITY AS a("
        + columns
        + ", n))";
  }
}
