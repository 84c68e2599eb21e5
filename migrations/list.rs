//! The build script of the store: lists the migrations of this folder, so that a new file is all that a new migration takes.

use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
    let crate_folder = env::var("CARGO_MANIFEST_DIR").expect("cargo names the folder of the crate");
    let folder = Path::new(&crate_folder).join("../../migrations");
    let entries = fs::read_dir(&folder).expect("the folder of migrations is readable");
    let names = entries.filter_map(|entry| entry.expect("so are its entries").file_name().into_string().ok());
    let mut names: Vec<String> = names.filter_map(|name| name.strip_suffix(".sql").map(str::to_owned)).collect();
    names.sort();
    let folder = folder.to_str().expect("the path of the sources is UTF-8");
    let lines = names.iter().map(|name| format!("migration({name:?}, include_str!(r#\"{folder}/{name}.sql\"#)),"));
    let list = format!("vec![\n{}\n]", lines.collect::<Vec<_>>().join("\n"));
    let output = env::var("OUT_DIR").expect("cargo names the folder for what is built");
    fs::write(Path::new(&output).join("migrations.rs"), list).expect("that folder is writable");
}
