/** Reads `expression TAB zone TAB after TAB until` lines and answers each with Quartz's own times (epoch seconds), or why it refuses. */
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.TimeZone;
import org.quartz.CronExpression;

public class QuartzOracle {
  public static void main(String[] arguments) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] parts = line.split("\t", -1);
      out.println(answer(parts[0], parts[1], Long.parseLong(parts[2]), Long.parseLong(parts[3])));
    }
    out.flush();
  }

  private static String answer(String expression, String zone, long after, long until) {
    CronExpression cron;
    try {
      cron = new CronExpression(expression);
    } catch (Exception refused) {
      return "!" + refused.getMessage().replace('\n', ' ');
    }
    cron.setTimeZone(TimeZone.getTimeZone(zone));
    StringBuilder times = new StringBuilder();
    Date time = new Date(after);
    while ((time = cron.getTimeAfter(time)) != null && time.getTime() <= until) {
      if (times.length() > 0) times.append(' ');
      times.append(time.getTime() / 1000);
    }
    return times.toString();
  }
}
