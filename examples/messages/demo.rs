//! The demo: the service is started as a process of its own, five users ask it
//! at once, and its lines show what became of one of them.

use std::{
    env,
    io::{Write as _, stdout},
    net::SocketAddr,
    process::Stdio,
    time::Duration,
};

use anyhow::{Context as _, bail};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    task::JoinSet,
    time::timeout,
};

use crate::{
    client::{Answer, get_messages},
    summary::Summary,
};

const USERS: [u32; 5] = [41, 42, 43, 44, 45];

/// Far more than it takes: no demo waits for ever.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) async fn run() -> anyhow::Result<()> {
    timeout(PATIENCE, play()).await.context("the service did not answer in time")?
}

async fn play() -> anyhow::Result<()> {
    let mut service = start()?;
    let played = converse(&mut service).await;
    // If the service failed, that is the reason, and not what followed from it.
    ended(service).await?;
    let (answers, lines) = played?;
    eprintln!("\n{}", Summary::of(&answers, &lines)?);
    Ok(())
}

/// Starts this program again, as the service. It stops when its standard input
/// ends: even if the demo is killed, no process is left behind.
fn start() -> anyhow::Result<Child> {
    let program = env::current_exe().context("cannot find out where this program is")?;
    Command::new(program)
        // Port 0: any that is free.
        .args(["serve", "127.0.0.1:0", "--until-eof"])
        // The summary is made of its lines, whatever the shell says of them.
        .env("RUST_LOG", "info")
        .env("TRACE_FORMAT", "json")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("cannot start the service")
}

/// Lets the users ask, and passes on what the service writes until it ends.
async fn converse(service: &mut Child) -> anyhow::Result<(Vec<Answer>, Vec<String>)> {
    let stdin = service.stdin.take();
    let stdout = service.stdout.take().context("the service has no standard output")?;
    let mut output = BufReader::new(stdout).lines();
    let mut lines = Vec::new();
    let address = listening(&mut output, &mut lines).await?;
    let asking = async {
        let answers = ask(address).await;
        // The service stops at this, and so `passing_on` ends.
        drop(stdin);
        answers
    };
    let passing_on = async {
        while let Some(line) = pass_on(&mut output).await? {
            lines.push(line);
        }
        anyhow::Ok(())
    };
    let (answers, passed_on) = tokio::join!(asking, passing_on);
    passed_on?;
    Ok((answers?, lines))
}

/// Waits for the line in which the service says where it listens.
async fn listening(
    output: &mut Lines<BufReader<ChildStdout>>,
    lines: &mut Vec<String>,
) -> anyhow::Result<SocketAddr> {
    while let Some(line) = pass_on(output).await? {
        let said: Value = serde_json::from_str(&line).unwrap_or_default();
        let address = said["address"].as_str().and_then(|address| address.parse().ok());
        lines.push(line);
        if let Some(address) = address {
            return Ok(address);
        }
    }
    bail!("the service did not say where it listens")
}

/// Passes on the service's next line, if there is one.
async fn pass_on(output: &mut Lines<BufReader<ChildStdout>>) -> anyhow::Result<Option<String>> {
    let Some(line) = output.next_line().await? else { return Ok(None) };
    writeln!(stdout(), "{line}").context("cannot pass on the service's lines")?;
    Ok(Some(line))
}

async fn ask(address: SocketAddr) -> anyhow::Result<Vec<Answer>> {
    let mut asking = JoinSet::new();
    for user_id in USERS {
        asking.spawn(get_messages(address, user_id));
    }
    asking.join_all().await.into_iter().collect()
}

/// Waits for the end of the service, and says so if it was not a good one.
async fn ended(service: Child) -> anyhow::Result<()> {
    let output = service.wait_with_output().await.context("cannot wait for the service")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        match said.trim().trim_start_matches("messages: ") {
            "" => bail!("the service ended early: {}", output.status),
            said => bail!("the service ended early: {said}"),
        }
    }
    Ok(())
}
